import { resolveSettings, validateDocument, type SettingsProblem } from '../settings';

import type { SettingsDocument, SettingsScope, SettingsStore } from './ports';

export type SaveSettingsResult =
  | { kind: 'saved'; etag: string }
  | { kind: 'refused'; problems: SettingsProblem[] }
  /** Somebody else saved in the meantime: what stands there now. */
  | { kind: 'conflict'; present: SettingsDocument | undefined };

/** Saves a document only if it is valid, by itself and together with the wider ones, and nobody changed it meanwhile. */
export async function saveSettings(
  store: SettingsStore,
  scope: SettingsScope,
  document: unknown,
  by: { savedBy: string; note?: string },
  expectedEtag: string | null,
): Promise<SaveSettingsResult> {
  const problems = validateDocument(document);
  if (problems.length > 0) return { kind: 'refused', problems };
  const together = await problemsTogether(store, scope, document);
  if (together.length > 0) return { kind: 'refused', problems: together };
  const saved = await store.save(scope, document, by, expectedEtag);
  const present = await store.read(scope);
  return saved && present ? { kind: 'saved', etag: present.etag } : { kind: 'conflict', present };
}

/** A document may be right by itself and wrong with what it narrows: that shows in the effective settings only. */
async function problemsTogether(
  store: SettingsStore,
  scope: SettingsScope,
  document: unknown,
): Promise<SettingsProblem[]> {
  const { connectionId } = scope;
  const wider = scope.kind === 'repository' ? await store.read({ kind: 'connection', connectionId }) : undefined;
  const resolved = resolveSettings([
    ...(wider ? [{ scope: 'connection' as const, document: wider.document }] : []),
    { scope: scope.kind, document },
  ]);
  return resolved.ok ? [] : resolved.problems;
}
