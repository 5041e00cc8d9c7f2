import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { collections } from './function-collections';
import { surroundings } from './function-surroundings';
import { texts } from './function-texts';
import type { Place } from './problem';
import type { Scope } from './scope';
import { BicepError } from './syntax';
import { origin, toPlain, toValue, type Value } from './value';

/** A function of Bicep over plain values; throws a sentence. */
export interface PlainFunction {
  from: number;
  to: number;
  call: (...inputs: unknown[]) => unknown;
}

const FUNCTIONS: Record<string, PlainFunction> = { ...texts, ...surroundings };
/** Known by name to the checks of names; these work on values rather than on plain JSON. */
const OTHERS = ['loadTextContent', 'loadJsonContent', ...Object.keys(collections)];

export const isFunction = (name: string): boolean => Object.hasOwn(FUNCTIONS, name) || OTHERS.includes(name);

/** What a call answers. A function that is not written here is a mistake, never a guess. */
export function callFunction(name: string, inputs: Value[], at: Place, scope: Scope): Value {
  const collection = Object.hasOwn(collections, name) ? collections[name] : undefined;
  if (collection) return collection(inputs, at);
  const from = origin(at, ...inputs);
  if (name === 'loadTextContent' || name === 'loadJsonContent') {
    const text = readBeside(inputs, at, scope);
    return toValue(name === 'loadTextContent' ? text : JSON.parse(text), from);
  }
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!known) throw new BicepError(at, `There is no function ${name}, or none that is written in test/infra.`);
  if (inputs.length < known.from || inputs.length > known.to) {
    throw new BicepError(at, `${name} takes ${known.from} to ${known.to} inputs, not ${inputs.length}.`);
  }
  try {
    return toValue(known.call(...inputs.map(toPlain)), from);
  } catch (error) {
    throw new BicepError(at, `${name}: ${error instanceof Error ? error.message : 'does not work'}`);
  }
}

function readBeside([path]: Value[], at: Place, scope: Scope): string {
  if (path?.kind !== 'text') throw new BicepError(at, 'The path of a file to read is a text.');
  try {
    return readFileSync(join(scope.folder, path.text), 'utf8');
  } catch {
    throw new BicepError(at, `There is no file ${path.text}.`);
  }
}

/** `resource.listKeys()`, `vault.getSecret('…')`: what they answer is secret. */
export function callMethod(target: Value, name: string, at: Place): Value {
  if (target.kind === 'any') return { ...origin(at, target), isUnknown: true, kind: 'any' };
  if (target.kind !== 'resource') throw new BicepError(at, `${name} is called on something that is no resource.`);
  if (name === 'getSecret') {
    return { ...origin(at), isSecret: true, isRuntime: true, isUnknown: true, kind: 'text', text: '<secret>' };
  }
  if (!/^list[A-Z]/.test(name)) throw new BicepError(at, `A resource has no function ${name}.`);
  return { ...origin(at), isSecret: true, isRuntime: true, isUnknown: true, kind: 'any' };
}
