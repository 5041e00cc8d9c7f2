import type { Gate } from '../core/gate';
import { gates as registry } from '../gates/registry';

import { editorSchema } from './editor-schema';
import { formatJson } from './format-json';
import { renderGateReference, renderGatesTable } from './reference';
import { renderSettingsReference } from './settings-reference';

export interface GeneratedFile {
  /** From the project's root, with forward slashes. */
  path: string;
  content: string;
}

/** Every file that is written from the gates and the settings' schema, and nothing else may write. */
export function generatedFiles(gates: readonly Gate[] = registry): GeneratedFile[] {
  return [
    ...gates.map((gate) => ({ path: `src/gates/reference/${gate.name}.md`, content: renderGateReference(gate) })),
    { path: 'src/settings/reference.md', content: renderSettingsReference(gates) },
    { path: 'src/settings/settings.schema.json', content: formatJson(editorSchema(gates)) },
  ];
}

/** The README with a fresh table of gates between its markers; as it was when it has none. */
export function withGatesTable(readme: string, gates: readonly Gate[] = registry): string {
  const begin = '<!-- gates:begin -->';
  const end = '<!-- gates:end -->';
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end, from);
  if (from === -1 || to === -1) return readme;
  return `${readme.slice(0, from)}${begin}\n\n${renderGatesTable(gates)}\n\n${readme.slice(to)}`;
}
