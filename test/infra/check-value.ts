import { nearest } from '../../src/settings/problem';

import type { Place, Problem } from './problem';
import { describeType, type PropertyType, type Type } from './type';
import { toPlain, type Value } from './value';

type ObjectValue = Value & { kind: 'object' };

/** What in a value its type does not allow; `path` says where in the resource or parameter. */
export function checkValue(type: Type, value: Value, path: string): Problem[] {
  const wrong = (text: string): Problem[] => [{ ...value.at, text }];
  const mismatch = (): Problem[] => wrong(`${path} is ${describeValue(value)}, not ${describeType(type)}.`);
  if (value.kind === 'any') return [];
  switch (type.kind) {
    case 'any':
      return [];
    case 'text':
      return value.kind === 'text' ? checkText(type, value, path) : mismatch();
    case 'number': {
      if (value.kind !== 'number') return mismatch();
      const { minValue = -Infinity, maxValue = Infinity } = type;
      if (value.number >= minValue && value.number <= maxValue) return [];
      return wrong(`${path} is ${value.number}, not between ${minValue} and ${maxValue}.`);
    }
    case 'flag':
      return value.kind === 'flag' ? [] : mismatch();
    case 'nothing':
      return value.kind === 'nothing' ? [] : mismatch();
    case 'literal':
      if (value.kind === 'text' && value.isUnknown && typeof type.value === 'string') return [];
      return toPlain(value) === type.value ? [] : mismatch();
    case 'array': {
      if (value.kind !== 'array') return mismatch();
      const { minLength = 0, maxLength = Infinity } = type;
      const count = value.items.length;
      const bad =
        count < minLength || count > maxLength
          ? wrong(`${path} has ${count} entries, not ${minLength} to ${maxLength}.`)
          : [];
      return [...bad, ...value.items.flatMap((item, index) => checkValue(type.item(), item, `${path}[${index}]`))];
    }
    case 'union':
      return checkUnion(type, value, path, mismatch);
    case 'object':
      if (value.kind !== 'object') return mismatch();
      return checkProperties(type.name, type.properties, type.others, value, path);
    case 'discriminated':
      return value.kind === 'object' ? checkDiscriminated(type, value, path) : mismatch();
  }
}

function checkText(type: Type & { kind: 'text' }, value: Value & { kind: 'text' }, path: string): Problem[] {
  if (value.isUnknown) return [];
  const { minLength = 0, maxLength = Infinity, pattern } = type;
  const { text, at } = value;
  if (text.length < minLength || text.length > maxLength) {
    return [{ ...at, text: `${path} is '${text}' of ${text.length} characters, not ${minLength} to ${maxLength}.` }];
  }
  if (pattern !== undefined && !new RegExp(pattern).test(text)) {
    return [{ ...at, text: `${path} is '${text}', which does not match ${pattern}.` }];
  }
  return [];
}

function checkUnion(type: Type & { kind: 'union' }, value: Value, path: string, mismatch: () => Problem[]): Problem[] {
  const members = type.of.map((each) => each());
  // Azure's enums that may grow say "or any string": a word that is not among theirs is a slip of ours all the same.
  const literals = members.filter((member) => member.kind === 'literal');
  const isOpen = literals.length > 0 && members.some((member) => member.kind === 'text');
  const tried = isOpen && value.kind === 'text' ? literals : members;
  const results = tried.map((member) => checkValue(member, value, path));
  if (results.some((problems) => problems.length === 0)) return [];
  // Of objects, what is wrong inside the only one that it can be says more than "none of these".
  const objects = tried.flatMap((member, index) => (member.kind === 'object' ? (results[index] ?? []) : []));
  const isOneObject = value.kind === 'object' && tried.filter((member) => member.kind === 'object').length === 1;
  return isOneObject ? objects : mismatch();
}

function checkDiscriminated(type: Type & { kind: 'discriminated' }, value: ObjectValue, path: string): Problem[] {
  const by = value.entries.get(type.by);
  if (!by) return [{ ...value.at, text: `${path}.${type.by} is missing; it says which ${type.name} is meant.` }];
  const chosen = toPlain(by.value);
  const variant = typeof chosen === 'string' ? type.variants.get(chosen) : undefined;
  if (!variant) {
    const names = [...type.variants.keys()].join(', ');
    return [{ ...by.value.at, text: `${path}.${type.by} is ${describeValue(by.value)}, not one of ${names}.` }];
  }
  const inner = variant();
  if (inner.kind !== 'object') return [];
  return checkProperties(inner.name, new Map([...type.properties, ...inner.properties]), inner.others, value, path);
}

function checkProperties(
  name: string,
  properties: ReadonlyMap<string, PropertyType>,
  others: (() => Type) | undefined,
  value: ObjectValue,
  path: string,
): Problem[] {
  const missing = [...properties].filter(
    ([key, property]) => property.isRequired && !property.isReadOnly && isAbsent(value, key),
  );
  const problems = missing.map(([key]) => ({ ...value.at, text: `${path}.${key} is missing.` }));
  for (const [key, entry] of value.entries) {
    const property = properties.get(key);
    if (property) problems.push(...checkProperty(property, entry.at, entry.value, `${path}.${key}`));
    else if (others) problems.push(...checkValue(others(), entry.value, `${path}.${key}`));
    else {
      const meant = nearest(key, [...properties.keys()]);
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      problems.push({ ...entry.at, text: `${path}.${key} is no property of ${name}${hint || '.'}` });
    }
  }
  return problems;
}

function checkProperty(property: PropertyType, at: Place, value: Value, path: string): Problem[] {
  if (property.isReadOnly) return [{ ...at, text: `${path} is read-only: Azure sets it.` }];
  if (value.kind === 'nothing' && !property.isRequired) return [];
  return checkValue(property.type(), value, path);
}

function isAbsent(value: ObjectValue, key: string): boolean {
  const entry = value.entries.get(key);
  return !entry || entry.value.kind === 'nothing';
}

export function describeValue(value: Value): string {
  switch (value.kind) {
    case 'text':
      return `'${value.text}'`;
    case 'array':
      return 'an array';
    case 'object':
      return 'an object';
    case 'resource':
      return 'a whole resource';
    case 'module':
      return 'a whole module';
    case 'number':
    case 'flag':
    case 'nothing':
    case 'any':
    case 'function':
      return String(toPlain(value));
  }
}
