import { answersOf } from './answers';
import type { Place } from './problem';
import { findResourceType, hasBicepTypes } from './resource-types';
import { BicepError } from './syntax';
import type { Type } from './type';
import { origin, toValue, type Origin, type PaperResource, type Reading, type Value } from './value';

/** `object.name`, `object[name]`: of a resource, also what Azure says of it later. */
export function readProperty(object: Value, name: string, at: Place, isSafe: boolean): Value {
  const from = origin(at, object);
  switch (object.kind) {
    case 'object': {
      const entry = object.entries.get(name);
      if (entry) return carry(entry.value, from);
      if (isSafe) return { ...from, kind: 'nothing' };
      throw new BicepError(at, `There is no ${name}; there are ${[...object.entries.keys()].join(', ') || 'none'}.`);
    }
    case 'resource':
      if (isSafe && !object.resource.isDeployed) return { ...from, kind: 'nothing' };
      return readResource(object.resource, name, from);
    case 'module':
      if (name === 'name') return { ...from, kind: 'text', text: object.module.symbol };
      if (isSafe && !object.module.isDeployed) return { ...from, kind: 'nothing' };
      if (name === 'outputs') return outputsOf(object, from);
      throw new BicepError(at, `A module has name and outputs, no ${name}.`);
    case 'any':
      if (object.reading) return readOn(object.reading, name, from);
      return { ...from, kind: 'any', isUnknown: true };
    case 'nothing':
      if (isSafe) return { ...from, kind: 'nothing' };
      throw new BicepError(at, `${name} is read of null.`);
    default:
      throw new BicepError(at, `${name} is read of something that has no properties (${object.kind}).`);
  }
}

/** The value as it is, with what is known of the way to it. */
export function carry(value: Value, from: Origin): Value {
  return { ...value, ...origin(value.at, value, from) };
}

function outputsOf({ module }: Value & { kind: 'module' }, from: Origin): Value {
  if (!module.isDeployed) throw new BicepError(from.at, `${module.symbol} is not deployed under these conditions.`);
  const entries = [...module.outputs].map(([name, value]) => [name, { at: from.at, value }] as const);
  return { ...from, isRuntime: true, kind: 'object', entries: new Map(entries) };
}

function readResource(resource: PaperResource, name: string, from: Origin): Value {
  const text = (value: string): Value => ({ ...from, kind: 'text', text: value });
  if (name === 'id') return text(resource.id);
  if (name === 'name') return carry(resource.nameValue, from);
  if (name === 'type') return text(resource.type);
  if (name === 'apiVersion') return text(resource.apiVersion);
  if (!resource.isDeployed) {
    throw new BicepError(
      from.at,
      `${resource.symbol} is not deployed under these conditions; its ${name} cannot be read.`,
    );
  }
  const found = hasBicepTypes ? findResourceType(resource.type, resource.apiVersion) : undefined;
  const type = typeof found === 'object' ? found.body : undefined;
  return readOn({ resource, path: [], type }, name, from);
}

/** In this order: what Azure is known to say, what the template itself set, and what the definition says there is. */
function readOn({ resource, path, type }: Reading, name: string, from: Origin): Value {
  const way = [...path, name];
  const inner = type && propertyOf(type, name);
  if (type && !inner) throw new BicepError(from.at, `${resource.type} has no ${way.join('.')} to read.`);
  const runtime: Origin = { ...from, isRuntime: true };
  const answer = way.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), answersOf(resource));
  if (answer !== undefined && !isRecord(answer)) return toValue(answer, runtime);
  const own = ownValue(resource, way);
  if (own && own.kind !== 'object') return carry(own, runtime);
  const unknown: Origin = { ...runtime, isUnknown: true };
  if (inner?.kind === 'text') return { ...unknown, kind: 'text', text: `<${resource.symbol}.${way.join('.')}>` };
  return { ...unknown, kind: 'any', reading: { resource, path: way, type: inner } };
}

function ownValue(resource: PaperResource, way: readonly string[]): Value | undefined {
  if (resource.isExisting) return undefined;
  return way.reduce<Value | undefined>(
    (value, key) => (value?.kind === 'object' ? value.entries.get(key)?.value : undefined),
    resource.body,
  );
}

function propertyOf(type: Type, name: string): Type | undefined {
  if (type.kind === 'any') return type;
  if (type.kind === 'object') return (type.properties.get(name)?.type ?? type.others)?.();
  if (type.kind !== 'discriminated') return undefined;
  const variants = [...type.variants.values()].map((variant) => propertyOf(variant(), name));
  return type.properties.get(name)?.type() ?? variants.find((variant) => variant !== undefined);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
