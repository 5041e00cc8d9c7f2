import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { badRequest } from './errors';
import type { Identity } from './state-model';

/** A request to the REST API, after authentication and routing. */
export interface ApiRequest {
  method: string;
  path: string;
  query: Query;
  headers: IncomingHttpHeaders;
  body: Buffer;
  identity: Identity;
  /** Path parameters by name, decoded; `project` only when the path has one. */
  parameters: Readonly<Record<string, string>>;
}

/** What a route answers: JSON for anything but a Buffer; nothing for undefined. */
export interface ApiAnswer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Query parameters, found whatever the case of their names. */
export interface Query {
  text(name: string): string | undefined;
  /** @throws AzureDevOpsError (400) when it is there and no whole number. */
  integer(name: string): number | undefined;
  flag(name: string): boolean;
}

export function createQuery(parameters: URLSearchParams): Query {
  const values = new Map<string, string>();
  for (const [name, value] of parameters) values.set(name.toLowerCase(), value);
  const text = (name: string): string | undefined => values.get(name.toLowerCase());
  return {
    text,
    integer(name) {
      const value = text(name);
      if (value === undefined || value === '') return undefined;
      if (!/^-?\d{1,9}$/.test(value)) throw badRequest(`The value '${value}' of ${name} is not a whole number.`);
      return Number(value);
    },
    flag: (name) => text(name)?.toLowerCase() === 'true',
  };
}

export const ok = (body: unknown): ApiAnswer => ({ status: 200, body });
export const created = (body: unknown): ApiAnswer => ({ status: 201, body });
export const noContent = (): ApiAnswer => ({ status: 204 });
export const list = (value: readonly unknown[]): ApiAnswer => ({ status: 200, body: { count: value.length, value } });

/**
 * Parses a JSON body by its schema.
 *
 * @throws AzureDevOpsError (400) in Azure DevOps' words for a missing or malformed body.
 */
export function parseBody<Output>(request: ApiRequest, schema: z.ZodType<Output>): Output {
  let json: unknown;
  try {
    json = JSON.parse(request.body.toString('utf8'));
  } catch {
    throw badRequest(
      'TF400898: An Internal Error Occurred. The request body is not valid JSON.',
      'VssRequestContentException',
    );
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badRequest(
      `The body is not what this call takes: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
    );
  }
  return parsed.data;
}

/** A path parameter that the route's template declares. */
export function parameter(request: ApiRequest, name: string): string {
  const value = request.parameters[name];
  if (value === undefined) throw new Error(`The route declares no parameter ${name}.`);
  return value;
}

/** A numeric path parameter; `missing` is thrown for anything else, as nothing has such an id. */
export function idParameter(request: ApiRequest, name: string, missing: () => Error): number {
  const value = parameter(request, name);
  if (!/^\d{1,9}$/.test(value)) throw missing();
  return Number(value);
}

/** Requests name an enum's value as a string in any case or as its number; answers are strings. */
export function enumSchema<const Value extends string>(
  values: readonly [Value, ...Value[]],
  numbers: readonly number[] = values.map((_, index) => index),
): z.ZodType<Value> {
  return z.union([z.string(), z.number()]).transform((given, context) => {
    const text = String(given).toLowerCase();
    const found = values.find((value, index) => value.toLowerCase() === text || String(numbers[index]) === text);
    if (found !== undefined) return found;
    context.addIssue(`'${given}' is none of ${values.join(', ')}`);
    return z.NEVER;
  });
}
