import type { Gate } from '../core/gate';
import { gates as registry } from '../gates/registry';

import { schemaAt, settingsJsonSchema, type JsonSchema } from './json-schema';
import { gateNames, lockNames, optionNames, type Names } from './upgrade';

/**
 * The JSON Schema that editors get: what the product takes, former names of gates and options included. Editors ignore
 * formats that they do not know; the product checks them.
 */
export function editorSchema(gates: readonly Gate[] = registry): JsonSchema {
  const schema = copied(settingsJsonSchema(gates));
  schema.description = `${schema.description ?? ''} Formats say what a schema cannot: re2 is a pattern in RE2 syntax, glob and branch-glob are globs, freeze-time is a time, time-zone an IANA name. They are checked when settings are saved; text is measured in UTF-16 units.`;
  for (const place of [['gates'], ['components', 'any', 'gates']]) {
    for (const gate of gates) addFormerKeys(schemaAt(schema, [...place, gate.name]), optionNames(gate));
    addFormerKeys(schemaAt(schema, place), gateNames(gates));
  }
  addFormerEntries(schemaAt(schema, ['bots', 'exempt']), gateNames(gates));
  addFormerEntries(schemaAt(schema, ['lock']), lockNames(gates));
  return schema;
}

function copied(schema: JsonSchema): JsonSchema {
  // Plain JSON in, plain JSON out.
  return JSON.parse(JSON.stringify(schema)) as JsonSchema;
}

/** Of the names that a key has and had, a document may use one. */
function addFormerKeys(mapping: JsonSchema | undefined, names: Names): void {
  const properties = mapping?.properties;
  if (!mapping || !properties) return;
  for (const present of new Set(names.values())) {
    const all = [present, ...[...names.keys()].filter((former) => names.get(former) === present)];
    const schema = schemaAt(mapping, [present]);
    if (!schema) continue;
    for (const former of all.slice(1)) {
      const { formerNames: _, ...same } = schema;
      properties[former] = { ...same, description: `The former name of \`${present}\`.`, deprecated: true };
    }
    const pairs = all.flatMap((one, index) => all.slice(index + 1).map((other) => [one, other]));
    mapping.allOf = [...(mapping.allOf ?? []), ...pairs.map((required) => ({ not: { required } }))];
  }
}

function addFormerEntries(list: JsonSchema | undefined, names: Names): void {
  const { items } = list ?? {};
  if (!list || names.size === 0 || typeof items !== 'object' || Array.isArray(items)) return;
  list.items = { anyOf: [items, { enum: [...names.keys()], description: 'Former names.', deprecated: true }] };
}
