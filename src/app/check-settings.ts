import {
  resolveSettings,
  scopeNames,
  validateDocument,
  type ResolvedSettings,
  type ScopedDocument,
  type SettingsProblem,
} from '../settings';

import { checkAccess, type Access } from './check-access';
import { doubtsOf } from './doubtful-settings';

/** What would come of saving a document. */
export interface CheckedSettings {
  /** Why it is refused; empty when it is not. */
  problems: SettingsProblem[];
  /** What whoever saves it should know, as sentences: path, if it is about one, and message. */
  notices: SettingsProblem[];
}

/**
 * What changes at once for every pull request that the document reaches, which a difference of two documents may not
 * show: a key that is left out has its default again.
 *
 * @param before what held so far
 */
export function turnsBetween(before: ResolvedSettings, after: ResolvedSettings): SettingsProblem[] {
  if (!before.ok || !after.ok) return [];
  const [was, is] = [before.settings, after.settings];
  const turns: SettingsProblem[] = [];
  // A locked gate goes on being judged as the locking scope says, and of that a warning tells.
  const circumstances = is.gates.flatMap((gate) => gate.circumstances);
  if (was.enabled && !is.enabled && !circumstances.some(({ enabled }) => enabled)) {
    turns.push({ path: 'enabled', message: 'gating is switched off: policies that require the verdict are lifted.' });
  }
  if (!is.enabled) return turns;
  if (!was.enabled) turns.push({ path: 'enabled', message: 'gating is switched on.' });
  if (was.phase === 'shadow' && is.phase === 'enforce') {
    const message = 'goes from shadow to enforce: what would have failed so far fails from now on.';
    turns.push({ path: 'phase', message });
  }
  const isEnforced = circumstances.some(({ enabled, phase }) => enabled && phase === 'enforce');
  if (was.phase === 'enforce' && is.phase === 'shadow' && !isEnforced) {
    turns.push({ path: 'phase', message: 'goes from enforce to shadow: nothing is blocked any more.' });
  }
  return turns;
}

/**
 * Whether a document may be saved over the wider ones: right by itself, right together with them, loosening nothing that
 * they lock, and with gates that the PAT can serve.
 */
export async function checkSettings(
  wider: readonly ScopedDocument[],
  own: ScopedDocument,
  access: Access,
): Promise<CheckedSettings> {
  const invalid = validateDocument(own.document);
  if (invalid.length > 0) return { problems: invalid, notices: [] };
  const resolved = resolveSettings([...wider, own]);
  if (!resolved.ok) {
    const problems = resolved.problems.map(({ scope, path, message }) =>
      scope === own.scope ? { path, message } : { path, message: `in the ${scopeNames[scope]}, not here: ${message}` },
    );
    return { problems, notices: [] };
  }
  const told = resolved.warnings.filter(({ scope }) => scope === own.scope);
  const loosened = told.filter(({ kind }) => kind === 'ignored').map(({ path, message }) => ({ path, message }));
  if (loosened.length > 0) return { problems: loosened, notices: [] };
  const unaffected = told.map(({ path, message }) => ({ path, message }));
  // Of the gates that others name they were told.
  const named = gateNamesIn(own.document);
  const gates = resolved.settings.gates.filter(({ name }) => named.has(name));
  // Of what is switched off nothing is asked, so that a PAT which lacks a scope keeps nobody from switching it off.
  const isJudged = resolved.settings.enabled || gates.some(({ circumstances }) => circumstances.some(isOn));
  const { problems, notices } = await checkAccess(isJudged ? gates : [], access);
  return { problems, notices: [...unaffected, ...doubtsOf(resolved.settings, own.document), ...notices] };
}

function isOn({ enabled }: { enabled: boolean }): boolean {
  return enabled;
}

function gateNamesIn(document: unknown): Set<string> {
  const gatesOf = (value: unknown): string[] => membersOf(member(value, 'gates')).map(([name]) => name);
  const components = membersOf(member(document, 'components')).map(([, component]) => component);
  return new Set([...gatesOf(document), ...components.flatMap(gatesOf)]);
}

function member(value: unknown, name: string): unknown {
  return membersOf(value).find(([key]) => key === name)?.[1];
}

function membersOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
