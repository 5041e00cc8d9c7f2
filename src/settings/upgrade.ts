import { z } from 'zod';

import type { Gate } from '../core/gate';
import { gates as registry } from '../gates/registry';

import { valueIn } from './documents';
import { isMapping } from './plain';
import { SETTINGS_SCHEMA_VERSION } from './schema';

/** A document as this release understands it. */
export type Upgraded =
  | {
      kind: 'understood';
      document: unknown;
      /** What was written under a former name, as sentences; those names are gone two releases later. */
      notes: string[];
    }
  /** A newer release wrote it, with a meaning that this one cannot know. */
  | { kind: 'newer'; schemaVersion: number };

/**
 * Brings a document of any release to this one's format. Nothing is judged: what is wrong in it stays wrong. A former
 * name beside the present one stays too, and is refused as unknown.
 */
export function upgradeDocument(document: unknown, gates: readonly Gate[] = registry): Upgraded {
  if (!isMapping(document)) return { kind: 'understood', document, notes: [] };
  const { schemaVersion } = document;
  if (typeof schemaVersion === 'number' && schemaVersion > SETTINGS_SCHEMA_VERSION) {
    return { kind: 'newer', schemaVersion };
  }
  const notes: string[] = [];
  const upgraded = Object.fromEntries(
    Object.entries(document).map(([key, value]): [string, unknown] => {
      // Version 1 had no components, locks and conditions, and everything it had means the same.
      if (key === 'schemaVersion')
        return [key, value === SETTINGS_SCHEMA_VERSION - 1 ? SETTINGS_SCHEMA_VERSION : value];
      if (key === 'gates') return [key, renameGates(value, gates, 'gates', notes)];
      if (key === 'components') return [key, renameInComponents(value, gates, notes)];
      if (key === 'lock') return [key, renameLocks(value, gates)];
      return [key, value];
    }),
  );
  return { kind: 'understood', document: upgraded, notes };
}

function renameInComponents(components: unknown, gates: readonly Gate[], notes: string[]): unknown {
  if (!isMapping(components)) return components;
  const renamed = Object.entries(components).map(([name, component]): [string, unknown] => {
    if (!isMapping(component) || !Object.hasOwn(component, 'gates')) return [name, component];
    return [name, { ...component, gates: renameGates(component['gates'], gates, `components.${name}.gates`, notes) }];
  });
  return Object.fromEntries(renamed);
}

function renameGates(named: unknown, gates: readonly Gate[], place: string, notes: string[]): unknown {
  if (!isMapping(named)) return named;
  const renamed = renameKeys(named, gateNames(gates), place, notes);
  const entries = Object.entries(renamed).map(([name, options]): [string, unknown] => {
    const gate = gates.find((candidate) => candidate.name === name);
    if (!gate || !isMapping(options)) return [name, options];
    return [name, renameKeys(options, optionNames(gate), `${place}.${name}`, notes)];
  });
  return Object.fromEntries(entries);
}

function renameLocks(locks: unknown, gates: readonly Gate[]): unknown {
  if (!Array.isArray(locks)) return locks;
  return locks.map((lock: unknown) => {
    if (typeof lock !== 'string') return lock;
    const [first, name = '', option, ...rest] = lock.split('.');
    if (first !== 'gates') return lock;
    const gateName = gateNames(gates).get(name) ?? name;
    const gate = gates.find((candidate) => candidate.name === gateName);
    const optionName = option !== undefined && gate ? (optionNames(gate).get(option) ?? option) : option;
    return ['gates', gateName, ...(optionName === undefined ? [] : [optionName]), ...rest].join('.');
  });
}

function renameKeys(
  mapping: Record<string, unknown>,
  names: ReadonlyMap<string, string>,
  place: string,
  notes: string[],
): Record<string, unknown> {
  const entries = Object.entries(mapping).map(([key, value]): [string, unknown] => {
    const present = names.get(key);
    if (present === undefined || Object.hasOwn(mapping, present)) return [key, value];
    notes.push(`${place}.${key} is called ${place}.${present} now; the former name is understood for two releases.`);
    return [present, value];
  });
  return Object.fromEntries(entries);
}

/** Former names of gates, each with the present one. */
export function gateNames(gates: readonly Gate[]): Map<string, string> {
  return new Map(gates.flatMap(({ name, formerNames = [] }) => formerNames.map((former) => [former, name])));
}

/** Former names of a gate's options, each with the present one. */
export function optionNames(gate: Gate): Map<string, string> {
  return new Map(
    Object.entries(z.record(z.string(), z.instanceof(z.ZodType)).parse(gate.options.shape)).flatMap(
      ([name, schema]) => {
        const former = valueIn(schema.meta(), ['formerNames']);
        return Array.isArray(former) ? former.map((one: unknown): [string, string] => [String(one), name]) : [];
      },
    ),
  );
}
