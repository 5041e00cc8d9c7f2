import { z } from 'zod';
import { badRequest } from './errors';
import type { Properties, PropertyValue } from './state-model';

/**
 * Property bags do not round-trip: what is written plain or wrapped comes back wrapped, a GUID without its dashes as a
 * string, a date in milliseconds.
 */

const wrapped = z.union([
  z
    .object({ $type: z.string(), $value: z.unknown() })
    .transform((value) => ({ type: value.$type, value: value.$value })),
  z.object({ type: z.string(), value: z.unknown() }).transform((value) => ({ type: value.type, value: value.value })),
]);

/** @throws AzureDevOpsError (400) for a value that is neither a scalar nor wrapped. */
export function wrapProperties(properties: Record<string, unknown>): Properties {
  const answer: Properties = {};
  for (const [name, value] of Object.entries(properties)) {
    // Writing null takes a property away.
    if (value === null || value === undefined) continue;
    answer[name] = wrapValue(name, value);
  }
  return answer;
}

function wrapValue(name: string, value: unknown): PropertyValue {
  if (typeof value === 'string') return { $type: 'System.String', $value: value };
  if (typeof value === 'boolean') return { $type: 'System.String', $value: value ? 'True' : 'False' };
  if (typeof value === 'number') {
    return { $type: Number.isInteger(value) ? 'System.Int32' : 'System.Double', $value: value };
  }
  const parsed = wrapped.safeParse(value);
  if (!parsed.success) throw badRequest(`The property ${name} has a value of an unsupported type.`);
  const { type, value: inner } = parsed.data;
  if (type === 'System.Guid')
    return { $type: 'System.String', $value: String(inner).replaceAll('-', '').toLowerCase() };
  if (type === 'System.DateTime') {
    const date = new Date(String(inner));
    if (Number.isNaN(date.getTime())) throw badRequest(`The property ${name} is no date.`);
    return { $type: type, $value: date.toISOString().replace(/\.?0*Z$/, 'Z') };
  }
  if (typeof inner === 'string' || typeof inner === 'number' || typeof inner === 'boolean') {
    return { $type: type, $value: inner };
  }
  throw badRequest(`The property ${name} has a value of an unsupported type.`);
}

const patchSchema = z.array(z.object({ op: z.string(), path: z.string(), value: z.unknown().optional() }));

/** Applies a JSON patch (add, replace, remove of `/name`) to a property bag, in place. */
export function patchProperties(properties: Properties, patch: unknown): void {
  for (const { op, path, value } of patchSchema.parse(patch)) {
    const name = path.replace(/^\//, '').replaceAll('~1', '/').replaceAll('~0', '~');
    if (op === 'remove') Reflect.deleteProperty(properties, name);
    else if (op === 'add' || op === 'replace') Object.assign(properties, wrapProperties({ [name]: value }));
    else throw badRequest(`The operation ${op} is not supported for properties.`);
  }
}
