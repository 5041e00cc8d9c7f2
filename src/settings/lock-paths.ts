import { z } from 'zod';

import type { Gate } from '../core/gate';

import { generalShape } from './general-schema';

/** What every gate takes beside its own options. */
const commonGateKeys = ['mode', 'when', 'waivable'] as const;

/** Everything that a scope can lock, as it stands in `lock`: keys beside `gates`, gates, and keys of gates. */
export function lockPaths(gates: readonly Gate[]): string[] {
  const general = Object.entries(generalShape(gates)).flatMap(([key, schema]) => [
    key,
    ...keysInside(schema).map((inner) => `${key}.${inner}`),
  ]);
  const ofGates = gates.flatMap((gate) => [
    `gates.${gate.name}`,
    ...gateKeys(gate).map((key) => `gates.${gate.name}.${key}`),
  ]);
  return [...general, 'components', ...ofGates];
}

/** What a gate takes in a document. */
export function gateKeys(gate: Gate): string[] {
  return [...commonGateKeys, ...Object.keys(gate.options.shape)];
}

function keysInside(schema: z.ZodType): string[] {
  const inner = schema instanceof z.ZodPrefault ? schema.unwrap() : schema;
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}
