import { checkValue } from './check-value';
import type { Problem } from './problem';
import { findResourceType, SCOPES } from './resource-types';
import type { Type } from './type';
import { within, type Entry, type PaperResource, type Value } from './value';

/** Every resource held against Azure's own definition of it. */
export function checkResources(resources: readonly PaperResource[]): Problem[] {
  return [...resources.flatMap(checkResource), ...twice(resources)];
}

function checkResource(resource: PaperResource): Problem[] {
  const { at, type, apiVersion, isExisting } = resource;
  const say = (text: string): Problem => ({ ...at, text });
  const definition = findResourceType(type, apiVersion);
  if (typeof definition === 'string') return [say(definition)];
  const naming = namingProblems(resource).map(say);
  if (isExisting) return [...naming, ...existingProblems(resource)];
  if (definition.writableScopes === 0) return [say(`${type} cannot be deployed, only read (existing).`)];
  const { body } = resource;
  // The definition says what a child's own name may be, and knows nothing of its parents'.
  const name: Entry = { at: resource.nameValue.at, value: resource.nameValue };
  const whole: Value = { ...body, kind: 'object', entries: new Map([...body.entries, ['name', name]]) };
  const path = type.split('/').at(-1) ?? type;
  return [
    ...naming,
    ...scopeProblems(resource, definition.writableScopes).map(say),
    ...checkValue(definition.body, whole, path),
    ...wholeResources(whole),
    ...constantProblems(definition.body, body),
  ];
}

/** A whole resource where a text is meant passes as anything where the definition says anything. */
function wholeResources(body: Value): Problem[] {
  return [...within(body)]
    .filter(({ kind }) => kind === 'resource' || kind === 'module' || kind === 'function')
    .map(({ at }) => ({ ...at, text: 'A whole resource or module stands here; its id or name is meant.' }));
}

function constantProblems(definition: Type, body: Value & { kind: 'object' }): Problem[] {
  if (definition.kind !== 'object') return [];
  return [...body.entries]
    .filter(([key, { value }]) => definition.properties.get(key)?.isConstant === true && value.isRuntime)
    .map(([key, { at }]) => ({ ...at, text: `${key} must be known before anything is deployed.` }));
}

/** A child says its parent, or all its names with slashes; never both. */
function namingProblems({ type, name, nameValue, parent }: PaperResource): string[] {
  const own = nameValue.kind === 'text' ? nameValue.text : '';
  const depth = type.split('/').length - 1;
  if (parent) {
    const parentType = type.split('/').slice(0, -1).join('/');
    if (parent.type.toLowerCase() !== parentType.toLowerCase())
      return [`The parent of ${type} is ${parentType}, not ${parent.type}.`];
    return own.includes('/') ? [`The name '${own}' has a slash; with a parent it is the last word alone.`] : [];
  }
  const words = name.split('/').length;
  return words === depth ? [] : [`The name '${name}' has ${words} words; ${type} has ${depth}, or a parent.`];
}

function scopeProblems({ type, scope, parent }: PaperResource, writable: number): string[] {
  if (scope && (writable & SCOPES.onResource) === 0) return [`${type} cannot stand on another resource.`];
  const isInGroup = (writable & SCOPES.resourceGroup) !== 0;
  if (!scope && !parent && !isInGroup) return [`${type} cannot stand in a resource group.`];
  return [];
}

function existingProblems({ body }: PaperResource): Problem[] {
  return [...body.entries].map(([key, { at }]) => ({
    ...at,
    text: `An existing resource has a name and a place, no ${key}.`,
  }));
}

function twice(resources: readonly PaperResource[]): Problem[] {
  const deployed = resources.filter(({ isExisting }) => !isExisting);
  return deployed
    .filter(({ id }, index) => deployed.findIndex((other) => other.id.toLowerCase() === id.toLowerCase()) < index)
    .map(({ at, type, name }) => ({ ...at, text: `${type} '${name}' is deployed twice.` }));
}
