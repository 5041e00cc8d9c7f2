import {
  effectiveSettings,
  problemText,
  resolveSettings,
  scopeNames,
  type Scope,
  type ScopedDocument,
} from '../../settings';

import type { ScopeSettings } from '../scope-settings';

/** Whether the pull requests of a place are gated, and who says so. */
export interface Gating {
  /** Null where the settings are wrong: every pull request is an error then. */
  enabled: boolean | null;
  /** The scope whose document says it; `default` where none does. */
  from: Scope | 'default';
  /** The widest scope that locks it. */
  lockedBy: Scope | null;
  /** Switched off, and gates that a wider scope locks are judged all the same. */
  isLockedOn: boolean;
  /** A file in the repository may say otherwise. */
  mayFileDiffer: boolean;
  /** Why nobody can say, as a sentence. */
  problem: string | null;
}

export type GatingUnder = (scopes: readonly ScopeSettings[]) => Gating;

/** What decides whether anything is gated. Whether the rest of a document is right is asked where it is saved. */
const DECIDING = ['schemaVersion', 'enabled', 'repositoryFile'];

/**
 * What documents from wide to narrow make of `enabled`. Only what decides that is looked at, and remembered: a thousand
 * repositories with large documents of their own are a handful of cases, and resolving each whole would take a minute.
 */
export function createGatingUnder(): GatingUnder {
  const cases = new Map<string, Gating>();
  const parts = new WeakMap<ScopeSettings, { text: string; part: ScopeSettings }>();
  const partOf = (settings: ScopeSettings): { text: string; part: ScopeSettings } => {
    const found = parts.get(settings);
    if (found) return found;
    const part = decidingPart(settings);
    const fresh = { text: JSON.stringify(part), part };
    parts.set(settings, fresh);
    return fresh;
  };
  const locked = createLockedOn();
  return (scopes) => {
    const decided = scopes.map(partOf);
    const key = decided.map(({ text }) => text).join();
    const found = cases.get(key) ?? gatingUnder(decided.map(({ part }) => part));
    cases.set(key, found);
    return found.enabled === false && locked(scopes, decided.at(-1)?.text ?? '')
      ? { ...found, isLockedOn: true }
      : found;
  };
}

function decidingPart(settings: ScopeSettings): ScopeSettings {
  if (settings.kind !== 'document' || !isMapping(settings.document.document)) return settings;
  const { scope, document } = settings.document;
  const lock = document['lock'];
  const kept = Object.entries(document).filter(([key]) => DECIDING.includes(key));
  const locks = Array.isArray(lock) ? lock.filter((path: unknown) => DECIDING.includes(String(path))) : [];
  const part = { ...Object.fromEntries(kept), ...(locks.length === 0 ? {} : { lock: locks }) };
  return { kind: 'document', document: { scope, document: part } };
}

/** Whether gates are judged all the same, because wider scopes lock them: this takes the whole of their documents. */
function createLockedOn(): (scopes: readonly ScopeSettings[], narrowest: string) => boolean {
  const numbers = new WeakMap<ScopeSettings, number>();
  let last = 0;
  const numberOf = (settings: ScopeSettings): number => {
    const number = numbers.get(settings) ?? (last += 1);
    numbers.set(settings, number);
    return number;
  };
  const known = new Map<string, boolean>();
  return (scopes, narrowest) => {
    const wider = scopes.slice(0, -1);
    if (!wider.some(locksGates)) return false;
    const key = `${wider.map(numberOf).join()} ${narrowest}`;
    const own = scopes.slice(-1).map(decidingPart);
    const found = known.get(key) ?? isJudged([...wider, ...own]);
    known.set(key, found);
    return found;
  };
}

function locksGates(settings: ScopeSettings): boolean {
  const document = settings.kind === 'document' ? settings.document.document : undefined;
  const lock = isMapping(document) ? document['lock'] : undefined;
  return Array.isArray(lock) && lock.some((path: unknown) => String(path).startsWith('gates'));
}

function isJudged(scopes: readonly ScopeSettings[]): boolean {
  const resolved = resolveSettings(documentsOf(scopes));
  return resolved.ok && resolved.settings.gates.some(({ circumstances }) => circumstances.some((each) => each.enabled));
}

function gatingUnder(scopes: readonly ScopeSettings[]): Gating {
  const unreadable = scopes.find((each) => each.kind === 'unreadable');
  if (unreadable?.kind === 'unreadable') return unknown(unreadable.problem.message);
  const effective = effectiveSettings(documentsOf(scopes));
  if (!effective.ok) {
    const [problem] = effective.problems;
    return unknown(
      problem ? `in the ${scopeNames[problem.scope]}: ${problemText(problem)}` : 'the settings are wrong.',
    );
  }
  const valueOf = (name: string): unknown => effective.values.find(({ path }) => path === name)?.value;
  const said = effective.values.find(({ path }) => path === 'enabled');
  const enabled = said?.value === true;
  const file = valueOf('repositoryFile');
  return {
    enabled,
    from: said?.from ?? 'default',
    lockedBy: said?.lockedBy ?? null,
    isLockedOn: false,
    mayFileDiffer: file === 'full' || (file === 'tighten' && !enabled),
    problem: null,
  };
}

function documentsOf(scopes: readonly ScopeSettings[]): ScopedDocument[] {
  return scopes.flatMap((each) => (each.kind === 'document' ? [each.document] : []));
}

function unknown(problem: string): Gating {
  return { enabled: null, from: 'default', lockedBy: null, isLockedOn: false, mayFileDiffer: false, problem };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
