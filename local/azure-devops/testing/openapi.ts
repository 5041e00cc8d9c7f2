import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** Microsoft's OpenAPI documents; beside the project where they are, not part of it. */
const SPECS = resolve(__dirname, '../../../../shared/azure-devops-specs');
export const hasOpenApi = existsSync(SPECS);

interface Schema {
  $ref?: string | undefined;
  type?: string | undefined;
  enum?: string[] | undefined;
  items?: Schema | undefined;
  properties?: Record<string, Schema> | undefined;
  additionalProperties?: Schema | boolean | undefined;
  allOf?: Schema[] | undefined;
}
const schemaSchema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.string().optional(),
    enum: z.array(z.string()).optional(),
    items: schemaSchema.optional(),
    properties: z.record(z.string(), schemaSchema).optional(),
    additionalProperties: z.union([z.boolean(), schemaSchema]).optional(),
    allOf: z.array(schemaSchema).optional(),
  }),
);
const parameterSchema = z.object({
  in: z.string().default(''),
  name: z.string().default(''),
  schema: schemaSchema.optional(),
});
const operationSchema = z.object({
  parameters: z.array(parameterSchema).default([]),
  responses: z.record(z.string(), z.object({ schema: schemaSchema.optional() })),
});
const pathsSchema = z.record(z.string(), z.record(z.string(), z.unknown()));
const documentSchema = z.object({
  paths: pathsSchema,
  /** Operations of which a path stands above twice, told apart by their query: `…/items?path={path}`. */
  'x-ms-paths': pathsSchema.default({}),
  definitions: z.record(z.string(), schemaSchema),
});

export interface Operation {
  method: string;
  segments: string[];
  /** Names that the query must have for the operation to be meant. */
  query: string[];
  parameters: z.output<typeof parameterSchema>[];
  responses: Record<string, { schema?: Schema | undefined }>;
  definitions: Record<string, Schema>;
}

/** Bags that look closed in the documents and are open in truth, and a descriptor, which is one string on the wire. */
const OPEN = new Set(['ReferenceLinks', 'JObject', 'PropertiesCollection', 'IdentityDescriptor']);
/** Where the documents are wrong beside Microsoft's own examples: `definition.property`. Bytes are one string in base 64. */
const MISTAKES = new Set([
  'Change.item',
  'Subscription.probationRetries',
  'PolicyConfiguration.settings',
  'Avatar.value',
]);

/** Reads the documents of the areas that are named, such as `git`; those of Services unless others are named. */
export function readOperations(areas: readonly string[], folder = '7.1'): Operation[] {
  return areas.flatMap((area) => {
    const document = documentSchema.parse(JSON.parse(readFileSync(join(SPECS, folder, `${area}.json`), 'utf8')));
    const { definitions } = document;
    return Object.entries({ ...document.paths, ...document['x-ms-paths'] }).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) => {
        const parsed = operationSchema.safeParse(operation);
        if (!parsed.success) return [];
        const [way = '', search = ''] = path.split('?');
        const segments = way.split('/').slice(2);
        const query = [...new URLSearchParams(search).keys()];
        const { parameters, responses } = parsed.data;
        return [{ method: method.toUpperCase(), segments, query, parameters, responses, definitions }];
      }),
    );
  });
}

/** The operation that a request's path belongs to; projects may be left out of paths. */
export function findOperation(operations: readonly Operation[], method: string, url: string): Operation | undefined {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  // A collection of a Server stands below a virtual directory.
  const segments = pathname
    .replace(/^\/tfs\//, '/')
    .split('/')
    .slice(2)
    .map(decodeURIComponent);
  const fits = (operation: Operation, given: readonly string[]): boolean =>
    operation.method === method &&
    operation.query.every((name) => searchParams.has(name)) &&
    operation.segments.length === given.length &&
    operation.segments.every((part, index) => {
      const segment = given[index] ?? '';
      const literal = part.replace(/\{\w+\}/g, '').toLowerCase();
      return part.includes('{')
        ? segment.toLowerCase().startsWith(literal)
        : part.toLowerCase() === segment.toLowerCase();
    });
  const candidates = operations.filter(
    (operation) => fits(operation, segments) || fits(operation, ['any', ...segments]),
  );
  // A literal goes before a parameter: `…/pullRequests/{id}/statuses` and `…/{anything}/statuses`.
  return candidates.sort((a, b) => literals(b) - literals(a) || b.query.length - a.query.length)[0];
}

const literals = ({ segments }: Operation): number => segments.filter((part) => !part.includes('{')).length;

/** What an answer has that its definition does not allow, as sentences; empty when it fits. */
export function checkAnswer(operation: Operation, status: number, body: unknown): string[] {
  const response = operation.responses[String(status)] ?? operation.responses['200'];
  const schema = response?.schema;
  if (!schema) return [];
  const { definitions } = operation;
  // Lists come in an envelope that the documents leave out; some documents say object, or nothing, where a list comes.
  const envelope = z.object({ count: z.number(), value: z.array(z.unknown()) }).safeParse(body);
  if (schema.type === 'array' && envelope.success) {
    return envelope.data.value.flatMap((each, index) => check(definitions, schema.items ?? {}, each, `[${index}]`));
  }
  return check(definitions, schema, body, '');
}

/** What a request sends that its operation does not take, as sentences: names of the query, and the body. */
export function checkRequest(operation: Operation, url: string, body: unknown): string[] {
  const known = new Set(
    operation.parameters.filter((each) => each.in === 'query').map(({ name }) => name.toLowerCase()),
  );
  const sent = [...new URL(url, 'http://localhost').searchParams.keys()];
  const unknown = sent.filter((name) => name !== 'api-version' && !known.has(name.toLowerCase()));
  const schema = operation.parameters.find((each) => each.in === 'body')?.schema;
  return [
    ...unknown.map((name) => `the query has no ${name}`),
    ...(schema ? check(operation.definitions, schema, body, '', true) : []),
  ];
}

/** `numbers`: enums may be numbers, which the service takes and node-api sends; answers are always text. */
function check(
  definitions: Record<string, Schema>,
  schema: Schema,
  value: unknown,
  at: string,
  numbers = false,
): string[] {
  if (value === null || value === undefined) return [];
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) {
    if (OPEN.has(name)) return [];
    return checkObject(definitions, name, value, at, numbers);
  }
  if (schema.enum) return numbers && typeof value === 'number' ? [] : checkEnum(schema.enum, value, at);
  if (schema.type === 'array') {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((each, index) => check(definitions, schema.items ?? {}, each, `${at}[${index}]`, numbers));
  }
  const expected = schema.type === 'integer' ? 'number' : schema.type;
  if (expected === 'string' || expected === 'number' || expected === 'boolean') {
    return typeof value === expected ? [] : [`${at} is ${typeof value}, not ${expected}`];
  }
  const { additionalProperties } = schema;
  if (typeof additionalProperties === 'object' && typeof value === 'object') {
    return Object.entries(value).flatMap(([key, each]) =>
      check(definitions, additionalProperties, each, `${at}.${key}`, numbers),
    );
  }
  return [];
}

function checkEnum(values: readonly string[], value: unknown, at: string): string[] {
  if (typeof value !== 'string') return [`${at} is ${JSON.stringify(value)}, not a string`];
  // Flags are joined with commas.
  const wrong = value.split(',').filter((part) => !values.includes(part.trim()));
  return wrong.length === 0 ? [] : [`${at} is '${value}', not one of ${values.join(', ')}`];
}

function checkObject(
  definitions: Record<string, Schema>,
  name: string,
  value: unknown,
  at: string,
  numbers: boolean,
): string[] {
  const properties = propertiesOf(definitions, name);
  if (properties.size === 0) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at} is no ${name}`];
  return Object.entries(value).flatMap(([key, each]: [string, unknown]) => {
    const property = properties.get(key);
    if (!property) return [`${at}.${key} is no property of ${name}`];
    return MISTAKES.has(`${property.owner}.${key}`)
      ? []
      : check(definitions, property.schema, each, `${at}.${key}`, numbers);
  });
}

function propertiesOf(
  definitions: Record<string, Schema>,
  name: string,
): Map<string, { owner: string; schema: Schema }> {
  const found = new Map<string, { owner: string; schema: Schema }>();
  const definition = definitions[name];
  for (const base of definition?.allOf ?? []) {
    const baseName = base.$ref?.split('/').at(-1);
    if (baseName !== undefined) for (const [key, each] of propertiesOf(definitions, baseName)) found.set(key, each);
  }
  for (const [key, schema] of Object.entries(definition?.properties ?? {})) found.set(key, { owner: name, schema });
  return found;
}
