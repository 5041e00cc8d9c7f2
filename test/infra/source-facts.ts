import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

/** The sources below a folder of src/, without tests, by path. */
export function sourcesIn(folder: string): Map<string, string> {
  const paths = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !/(^|\/)testing\//.test(path))
    .map((path) => `${folder}/${path}`);
  return new Map(paths.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
}

export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Names of environment variables in the sources that read them: whatever is written like one there. */
export function variablesIn(sources: ReadonlyMap<string, string>): string[] {
  const readers = [...sources.values()].filter((text) => text.includes('process.env'));
  const names = readers.flatMap((text) => [
    ...text.matchAll(/'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g),
    ...text.matchAll(/'((?:AzureWebJobsStorage|ServiceBusConnection)(?:__\w+)?)'/g),
    ...text.matchAll(/\b(PORTCULLIS_[A-Z_]+)\b/g),
  ]);
  return [...new Set(names.flatMap(([, name]) => (name === undefined ? [] : [name])))].sort();
}

/** Tables that the adapters open by a literal name or a constant beside it. */
export function tablesIn(sources: ReadonlyMap<string, string>): string[] {
  const names = [...sources.values()].flatMap((text) => [
    ...text.matchAll(/tableClient\('(\w+)'/g),
    ...text.matchAll(/\bDEPLOYMENT = '(\w+)'/g),
  ]);
  return [...new Set(names.flatMap(([, name]) => (name === undefined ? [] : [name])))].sort();
}

/** Seconds of an ISO 8601 duration (`PT1M`) or of .NET's (`00:10:00`). */
export function seconds(duration: string): number {
  const iso = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  const net = /^()(\d+):(\d+):(\d+)$/.exec(duration);
  const [, days = '0', hours = '0', minutes = '0', rest = '0'] = iso ?? net ?? [];
  if (!iso && !net) throw new Error(`${duration} is no duration.`);
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(rest);
}
