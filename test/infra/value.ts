import type { Place } from './problem';
import { BicepError } from './syntax';
import type { Type } from './type';

/** How a value came to be, kept through every expression that it goes into. */
export interface Origin {
  at: Place;
  /** Azure says it only once something is deployed: no name, scope, condition or loop may hang on it. */
  isRuntime: boolean;
  /** From a secure parameter or a key of a resource: may go to no output and no app setting. */
  isSecret: boolean;
  /** It stands for something that is not known on paper, so its text says nothing. */
  isUnknown: boolean;
}

export type Value = Origin &
  (
    | { kind: 'text'; text: string }
    | { kind: 'number'; number: number }
    | { kind: 'flag'; flag: boolean }
    | { kind: 'nothing' }
    | { kind: 'array'; items: Value[] }
    | { kind: 'object'; entries: Map<string, Entry> }
    /** Known to Azure alone; `reading` where it is a part of a resource. */
    | { kind: 'any'; reading?: Reading }
    | { kind: 'resource'; resource: PaperResource }
    | { kind: 'module'; module: PaperModule }
    | { kind: 'function'; call: (inputs: Value[]) => Value; inputs: number }
  );

export interface Reading {
  resource: PaperResource;
  path: readonly string[];
  type: Type | undefined;
}

export interface Entry {
  at: Place;
  value: Value;
}

/** A resource as it would be sent to Azure. */
export interface PaperResource {
  at: Place;
  symbol: string;
  type: string;
  apiVersion: string;
  isExisting: boolean;
  /** False where its condition says no. */
  isDeployed: boolean;
  /** Whole, with its parents': `namespace/queue`. */
  name: string;
  /** As it is written: only the last word where there is a parent. */
  nameValue: Value;
  id: string;
  parent: PaperResource | undefined;
  scope: PaperResource | undefined;
  /** Without Bicep's own words: parent, scope, dependsOn. */
  body: Value & { kind: 'object' };
  /** What `dependsOn` says. */
  after: Value[];
  nested: Map<string, Value>;
}

export interface PaperModule {
  at: Place;
  symbol: string;
  /** Of its deployment in Azure. */
  name: string;
  file: string;
  isDeployed: boolean;
  outputs: Map<string, Value>;
}

export const origin = (at: Place, ...from: readonly Origin[]): Origin => ({
  at,
  isRuntime: from.some(({ isRuntime }) => isRuntime),
  isSecret: from.some(({ isSecret }) => isSecret),
  isUnknown: from.some(({ isUnknown }) => isUnknown),
});

export function requireStart(value: Value, at: Place, what: string): void {
  if (!value.isRuntime) return;
  throw new BicepError(at, `${what} must be known before anything is deployed; this is known only after.`);
}

/** A plain value, as JSON has it, as a value of the template. */
export function toValue(plain: unknown, from: Origin): Value {
  if (plain === null || plain === undefined) return { ...from, kind: 'nothing' };
  if (typeof plain === 'string') return { ...from, kind: 'text', text: plain };
  if (typeof plain === 'number') return { ...from, kind: 'number', number: plain };
  if (typeof plain === 'boolean') return { ...from, kind: 'flag', flag: plain };
  if (Array.isArray(plain)) return { ...from, kind: 'array', items: plain.map((item) => toValue(item, from)) };
  const entries = Object.entries(plain).map(([key, each]): [string, Entry] => [
    key,
    { at: from.at, value: toValue(each, from) },
  ]);
  return { ...from, kind: 'object', entries: new Map(entries) };
}

/** A value as JSON has it; what is not known on paper is a text in angle brackets. */
export function toPlain(value: Value): unknown {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'number':
      return value.number;
    case 'flag':
      return value.flag;
    case 'nothing':
      return null;
    case 'array':
      return value.items.map(toPlain);
    case 'object':
      return Object.fromEntries([...value.entries].map(([key, each]) => [key, toPlain(each.value)]));
    case 'any':
      return '<known to Azure>';
    case 'resource':
      return { id: value.resource.id, name: value.resource.name };
    case 'module':
      return { name: value.module.symbol };
    case 'function':
      return '<a function>';
  }
}

/** Every value inside a value, itself first. */
export function* within(value: Value): Generator<Value> {
  yield value;
  if (value.kind === 'array') for (const item of value.items) yield* within(item);
  if (value.kind === 'object') for (const entry of value.entries.values()) yield* within(entry.value);
}
