import type { z } from 'zod';

import type { Gate } from '../core/gate';
import { gates as registry } from '../gates/registry';

import { globProblems } from './glob-weight';
import { settingsJsonSchema } from './json-schema';
import { plainProblems } from './plain';
import { firstProblems, type SettingsProblem } from './problem';
import { problemsOf } from './problems-of';
import { documentSchema, SETTINGS_SCHEMA_VERSION } from './schema';
import { upgradeDocument } from './upgrade';

const made = new WeakMap<readonly Gate[], z.ZodObject>();

function schemaFor(gates: readonly Gate[]): z.ZodObject {
  const schema = made.get(gates) ?? documentSchema(gates);
  made.set(gates, schema);
  return schema;
}

/**
 * What is wrong in one scope's document, whatever it is; empty when nothing is. Never throws. At most 50 problems, in
 * the order of the settings.
 */
export function validateDocument(document: unknown, gates: readonly Gate[] = registry): SettingsProblem[] {
  const plain = plainProblems(document);
  if (plain.length > 0) return firstProblems(plain);
  const upgraded = upgradeDocument(document, gates);
  if (upgraded.kind === 'newer') return [newerProblem(upgraded.schemaVersion)];
  const parsed = schemaFor(gates).safeParse(upgraded.document);
  const schema = settingsJsonSchema(gates);
  if (parsed.success) return globProblems(upgraded.document, schema);
  return firstProblems(parsed.error.issues.flatMap((issue) => problemsOf(issue, upgraded.document, schema)));
}

function newerProblem(schemaVersion: number): SettingsProblem {
  return {
    path: 'schemaVersion',
    message: `these settings have version ${schemaVersion}, from a newer release of Portcullis; deploy that release, or save them again in version ${SETTINGS_SCHEMA_VERSION}.`,
  };
}
