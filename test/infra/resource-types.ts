import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

import type { PropertyType, Type } from './type';

/** The definitions that Bicep itself checks against; beside the project where they are, not part of it. */
const TYPES = resolve(__dirname, '../../../shared/bicep-types');
export const hasBicepTypes = existsSync(TYPES);

const ref = z.object({ $ref: z.string().transform((text) => Number(text.replace('#/', ''))) });
type Ref = z.output<typeof ref>;
const properties = z.record(z.string(), z.object({ type: ref, flags: z.number() }));
const length = { minLength: z.number().optional(), maxLength: z.number().optional() };
const entrySchema = z.discriminatedUnion('$type', [
  z.object({ $type: z.literal('AnyType') }),
  z.object({ $type: z.literal('BooleanType') }),
  z.object({ $type: z.literal('StringType'), ...length, pattern: z.string().optional() }),
  z.object({
    $type: z.literal('IntegerType'),
    minValue: z.number().optional(),
    maxValue: z.number().optional(),
  }),
  z.object({ $type: z.literal('StringLiteralType'), value: z.string() }),
  z.object({ $type: z.literal('ArrayType'), itemType: ref, ...length }),
  z.object({ $type: z.literal('UnionType'), elements: z.array(ref) }),
  z.object({
    $type: z.literal('ObjectType'),
    name: z.string(),
    properties,
    additionalProperties: ref.optional(),
  }),
  z.object({
    $type: z.literal('DiscriminatedObjectType'),
    name: z.string(),
    discriminator: z.string(),
    baseProperties: properties,
    elements: z.record(z.string(), ref),
  }),
  z.object({
    $type: z.literal('ResourceType'),
    name: z.string(),
    body: ref,
    readableScopes: z.number(),
    writableScopes: z.number(),
  }),
  z.object({ $type: z.literal('ResourceFunctionType'), name: z.string(), resourceType: z.string() }),
]);

/** Where a resource may stand: in a resource group, or on another resource. */
export const SCOPES = { resourceGroup: 8, onResource: 16 };

export interface ResourceType {
  body: Type;
  readableScopes: number;
  writableScopes: number;
}

/** A file's definitions as they stand there, each read once. */
interface Pool {
  raw: Record<string, unknown>[];
  read: Map<number, Type>;
}
const providers = new Map<string, Map<string, ResourceType>>();

/** A resource's definition; a sentence where there is none. */
export function findResourceType(type: string, apiVersion: string): ResourceType | string {
  const provider = type.split('/')[0]?.toLowerCase() ?? '';
  const versions = existsSync(join(TYPES, provider)) ? readdirSync(join(TYPES, provider)) : [];
  if (versions.length === 0) return `No definitions are known of ${provider}.`;
  if (!versions.includes(apiVersion)) return `${provider} has no version ${apiVersion}; known: ${versions.join(', ')}.`;
  const key = `${provider}/${apiVersion}`;
  const known = providers.get(key) ?? loadProvider(key);
  providers.set(key, known);
  return known.get(type.toLowerCase()) ?? `${type} is no resource of ${provider} in version ${apiVersion}.`;
}

function loadProvider(folder: string): Map<string, ResourceType> {
  const text = readFileSync(join(TYPES, folder, 'types.json'), 'utf8');
  const pool: Pool = { raw: z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(text)), read: new Map() };
  const found = new Map<string, ResourceType>();
  for (const raw of pool.raw) {
    if (raw['$type'] !== 'ResourceType') continue;
    const entry = entrySchema.parse(raw);
    if (entry.$type !== 'ResourceType') continue;
    const { readableScopes, writableScopes } = entry;
    const name = entry.name.split('@')[0]?.toLowerCase() ?? '';
    found.set(name, { body: typeAt(pool, entry.body), readableScopes, writableScopes });
  }
  return found;
}

function typeAt(pool: Pool, { $ref }: Ref): Type {
  const type = pool.read.get($ref) ?? readTypeAt(pool, $ref);
  pool.read.set($ref, type);
  return type;
}

function readTypeAt(pool: Pool, index: number): Type {
  const entry = entrySchema.parse(pool.raw[index]);
  const later = (to: Ref) => () => typeAt(pool, to);
  const bounds = <Key extends string>(from: Partial<Record<Key, unknown>>): object =>
    Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined));
  const propertyTypes = (from: z.output<typeof properties>): Map<string, PropertyType> =>
    new Map(
      Object.entries(from).map(([name, { type, flags }]) => [
        name,
        {
          type: later(type),
          isRequired: (flags & 1) !== 0,
          isReadOnly: (flags & 2) !== 0,
          isConstant: (flags & 8) !== 0,
        },
      ]),
    );
  switch (entry.$type) {
    case 'AnyType':
    case 'ResourceType':
    case 'ResourceFunctionType':
      return { kind: 'any' };
    case 'BooleanType':
      return { kind: 'flag' };
    case 'StringType': {
      const { minLength, maxLength, pattern } = entry;
      return { kind: 'text', ...bounds({ minLength, maxLength, pattern }) };
    }
    case 'IntegerType': {
      const { minValue, maxValue } = entry;
      return { kind: 'number', ...bounds({ minValue, maxValue }) };
    }
    case 'StringLiteralType':
      return { kind: 'literal', value: entry.value };
    case 'ArrayType': {
      const { minLength, maxLength } = entry;
      return { kind: 'array', item: later(entry.itemType), ...bounds({ minLength, maxLength }) };
    }
    case 'UnionType':
      return { kind: 'union', of: entry.elements.map(later) };
    case 'ObjectType': {
      const others = entry.additionalProperties;
      return {
        kind: 'object',
        name: entry.name,
        properties: propertyTypes(entry.properties),
        others: others && later(others),
      };
    }
    case 'DiscriminatedObjectType':
      return {
        kind: 'discriminated',
        name: entry.name,
        by: entry.discriminator,
        properties: propertyTypes(entry.baseProperties),
        variants: new Map(Object.entries(entry.elements).map(([name, to]) => [name, later(to)])),
      };
  }
}
