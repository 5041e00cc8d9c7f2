import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { ServiceBusOptions } from './protocol';

/** What the host needs to know of an app before it loads it. */
export interface App {
  directory: string;
  /** The file that registers the functions; absolute. */
  main: string;
  /** Whether `main` is an ES module. */
  isModule: boolean;
  routePrefix: string;
  /** host.json `logging.logLevel`: category to level. */
  logLevels: Record<string, string>;
  serviceBus: ServiceBusOptions;
}

const packageJson = z.object({ main: z.string(), type: z.string().optional() });

/** `[d.]hh:mm:ss[.fff]`, as .NET writes durations; the result is in milliseconds. */
const timeSpan = z.string().transform((text, context) => {
  const [, days = '0', hours, minutes, seconds] =
    /^(?:(\d+)\.)?(\d{1,2}):(\d{1,2}):(\d{1,2}(?:\.\d+)?)$/.exec(text) ?? [];
  if (hours === undefined) {
    context.addIssue({ code: 'custom', message: `'${text}' is no duration (hh:mm:ss)` });
    return z.NEVER;
  }
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000;
});

// Coerced because an app setting that overrides a value is always text.
const count = z.coerce.number().int().positive();
const flag = z.union([z.boolean(), z.stringbool()]);

/** The parts of host.json that the local host acts on, with the defaults of the Functions host. */
const hostJson = z.object({
  version: z.literal('2.0'),
  logging: z.object({ logLevel: z.record(z.string(), z.string()).default({}) }).prefault({}),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      serviceBus: z
        .object({
          maxConcurrentSessions: count.default(8),
          maxConcurrentCalls: count.default(16),
          sessionIdleTimeout: timeSpan.prefault('00:01:00'),
          maxAutoLockRenewalDuration: timeSpan.prefault('00:05:00'),
          autoCompleteMessages: flag.default(true),
        })
        .prefault({}),
    })
    .prefault({}),
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Settings named `AzureFunctionsJobHost__a__b` override host.json's `a.b`. */
function override(json: unknown, settings: Record<string, string>): unknown {
  const result: unknown = structuredClone(json);
  for (const [name, value] of Object.entries(settings)) {
    const [prefix, ...path] = name.split('__');
    const last = path.pop();
    if (prefix !== 'AzureFunctionsJobHost' || last === undefined) continue;
    let target = result;
    for (const member of path) {
      if (!isObject(target)) break;
      target = target[member] ??= {};
    }
    if (isObject(target)) target[last] = value;
  }
  return result;
}

function readJson<T>(directory: string, name: string, schema: z.ZodType<T>, change = (json: unknown) => json): T {
  const path = join(directory, name);
  if (!existsSync(path)) throw new Error(`There is no ${name} in ${directory}: it is no Functions app.`);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} is not JSON: ${String(error)}`, { cause: error });
  }
  const parsed = schema.safeParse(change(json));
  if (!parsed.success) throw new Error(`${path} is not valid: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Reads host.json and package.json of the app in a folder. Throws a sentence when something is missing or wrong. */
export function readApp(appDirectory: string, settings: Record<string, string>): App {
  const directory = resolve(appDirectory);
  const host = readJson(directory, 'host.json', hostJson, (json) => override(json, settings));
  const manifest = readJson(directory, 'package.json', packageJson);
  const main = join(directory, manifest.main);
  if (!existsSync(main)) throw new Error(`The app's main file does not exist: ${main} (package.json, "main").`);
  return {
    directory,
    main,
    isModule: main.endsWith('.mjs') || (manifest.type === 'module' && !main.endsWith('.cjs')),
    routePrefix: host.extensions.http.routePrefix,
    logLevels: host.logging.logLevel,
    serviceBus: host.extensions.serviceBus,
  };
}
