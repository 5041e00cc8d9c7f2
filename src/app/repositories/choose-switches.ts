import { scopeNames } from '../../settings';

import type { SettingsScope } from '../ports';
import { documentOfVersion, type ScopeSettings } from '../scope-settings';

import type { GatingUnder } from './gating';
import { keyOf, type Overview, type Place, type RepositoryPlace } from './read-overview';

/** What an administrator wants to be gated, or not to be. */
export interface WantedSwitch {
  enabled: boolean;
  target:
    | { kind: 'repositories'; ids: readonly string[] }
    /** All that is in them, and what will be. */
    | { kind: 'projects'; ids: readonly string[] }
    | { kind: 'connection' }
    /** What is there stays as it is; what is created later, in a project or anywhere, is as wanted. */
    | { kind: 'defaults'; projectId: string | null };
}

/** A settings document that has to be saved. */
export interface SwitchStep {
  key: string;
  scope: SettingsScope;
  /** Where the scope is in a project, or is one. */
  projectId: string | undefined;
  name: string;
  expectedEtag: string | null;
  /** Undefined: nothing is left of it, and it is deleted. */
  document: unknown;
  /** What it will say; undefined: nothing any more, the wider scopes apply. */
  enabled: boolean | undefined;
}

export interface SwitchPlan {
  /** In the order in which they have to be saved. */
  steps: SwitchStep[];
  /** Repositories that will be gated other than now. */
  switched: RepositoryPlace[];
  /** Of those that are meant, how many are as wanted already. */
  already: number;
  /** Switched off, and locked gates are judged there all the same. */
  lockedOn: string[];
  refused: { name: string; reason: string }[];
}

/**
 * Which documents say something else than is wanted. Once all steps are saved there is nothing left to do, so that a plan
 * that is made again does the rest.
 *
 * @param failed keys of what could not be saved: what depends on it is left alone
 */
export function chooseSwitches(
  overview: Overview,
  wanted: WantedSwitch,
  failed: ReadonlySet<string> = new Set(),
): SwitchPlan {
  const { gatingUnder } = overview;
  const chosen = { steps: [], refused: [] } as Pick<SwitchPlan, 'steps' | 'refused'>;
  const widerOf = widerIn(overview);
  const say = (place: Place, enabled: boolean | undefined): boolean => {
    const step = stepOf(place, enabled);
    const reason = failed.has(step.key) ? 'it could not be saved.' : whyNot(place, step, widerOf(place), gatingUnder);
    if (reason === undefined) chosen.steps.push(step);
    else if (!failed.has(step.key)) chosen.refused.push({ name: nameOf(place), reason });
    return reason === undefined;
  };

  const meant = meantBy(overview, wanted);
  if (wanted.target.kind === 'defaults') {
    for (const each of meant) {
      if (pinAndTurn(each, wanted.enabled, say)) continue;
      const reason = 'it was left as it is, as some that are there already could not be given what they have now.';
      chosen.refused.push({ name: nameOf(each.place), reason });
    }
  } else {
    for (const { place, below } of meant) {
      const isSo = place.gating.enabled === wanted.enabled;
      if (!isSo && !say(place, wanted.enabled)) continue;
      // What says otherwise further below gives way: it inherits again.
      for (const each of below) if (saidBy(each) === !wanted.enabled) say(each, undefined);
    }
  }
  return { ...chosen, ...consequences(overview, wanted, chosen.steps, meant, gatingUnder) };
}

interface Meant {
  place: Place;
  below: Place[];
}

function meantBy({ connection, projects, repositories }: Overview, { target }: WantedSwitch): Meant[] {
  const inProject = (id: string): RepositoryPlace[] =>
    repositories.filter(({ repository }) => repository.project.id === id);
  const projectsOf = (ids: readonly string[]): Meant[] =>
    projects.filter(({ id }) => ids.includes(id)).map((place) => ({ place, below: inProject(place.id) }));
  switch (target.kind) {
    case 'connection':
      return [{ place: connection, below: [...projects, ...repositories] }];
    case 'projects':
      return projectsOf(target.ids);
    case 'repositories': {
      const ids = new Set(target.ids);
      return repositories.filter(({ repository }) => ids.has(repository.id)).map((place) => ({ place, below: [] }));
    }
    case 'defaults':
      return target.projectId === null ? [{ place: connection, below: repositories }] : projectsOf([target.projectId]);
  }
}

/**
 * Those that would follow are given a document that says what holds by now; only then may the default change. False when
 * one of them cannot.
 */
function pinAndTurn(
  { place, below }: Meant,
  enabled: boolean,
  say: (place: Place, enabled: boolean) => boolean,
): boolean {
  if (place.gating.enabled === enabled) return true;
  const follows = ({ gating: { from } }: Place): boolean =>
    from !== 'repository' && (from !== 'project' || place.scope.kind === 'project');
  const following = below.filter((each) => each.gating.enabled !== enabled && follows(each));
  if (!following.map((each) => say(each, !enabled)).every(Boolean)) return false;
  say(place, enabled);
  return true;
}

function stepOf(place: Place, enabled: boolean | undefined): SwitchStep {
  const { scope, present, projectId } = place;
  const own = present && !present.isDeleted ? documentOfVersion(present) : {};
  const { enabled: _, ...rest } = isMapping(own) ? own : {};
  const isEmpty = Object.keys(rest).every((key) => key === 'schemaVersion');
  const document = enabled === undefined ? (isEmpty ? undefined : rest) : { ...rest, enabled };
  const expectedEtag = present && !present.isDeleted ? present.etag : null;
  return {
    key: keyOf(scope),
    scope,
    projectId,
    name: nameOf(place),
    expectedEtag,
    document,
    enabled,
  };
}

/** Why a document is not saved, before anybody tries. */
function whyNot(
  { gating, settings }: Place,
  { scope, document, enabled, name }: SwitchStep,
  wider: readonly ScopeSettings[],
  gatingUnder: GatingUnder,
): string | undefined {
  if (gating.problem !== null) return `its settings are wrong, and have to be mended first: ${gating.problem}`;
  if (settings.kind === 'document' && settings.warning) return settings.warning.message;
  if (enabled === undefined) return undefined;
  const after = gatingUnder([...wider, settingsOf(scope, document)]);
  if (after.enabled === enabled) return undefined;
  const { lockedBy } = after;
  return lockedBy === null
    ? `wider settings leave ${name} ${enabled ? 'off' : 'on'}.`
    : `the ${scopeNames[lockedBy]} lock \`enabled\`: it stays ${enabled ? 'off' : 'on'}.`;
}

function consequences(
  overview: Overview,
  { enabled, target }: WantedSwitch,
  steps: readonly SwitchStep[],
  meant: readonly Meant[],
  gatingUnder: GatingUnder,
): Pick<SwitchPlan, 'switched' | 'already' | 'lockedOn'> {
  const next = new Map(steps.map((step) => [step.key, settingsOf(step.scope, step.document)]));
  const nextOf = ({ scope, settings }: Place): ScopeSettings => next.get(keyOf(scope)) ?? settings;
  const projects = new Map(overview.projects.map((each) => [each.id, nextOf(each)]));
  const switched: RepositoryPlace[] = [];
  const lockedOn: string[] = [];
  for (const place of overview.repositories) {
    const above = projects.get(place.repository.project.id) ?? ({ kind: 'nothing' } as const);
    const after = gatingUnder([nextOf(overview.connection), above, nextOf(place)]);
    if (after.enabled === place.gating.enabled) continue;
    switched.push(place);
    if (after.isLockedOn) lockedOn.push(place.name);
  }
  const all = meant.flatMap(({ place, below }) => (place.scope.kind === 'repository' ? [place] : below));
  const repositories = all.filter(({ scope }) => scope.kind === 'repository');
  const already =
    target.kind === 'defaults' ? 0 : repositories.filter(({ gating }) => gating.enabled === enabled).length;
  return { switched, already, lockedOn };
}

function widerIn({ connection, projects }: Overview): (place: Place) => ScopeSettings[] {
  const known = new Map(projects.map((each) => [each.id, each.settings]));
  return (place) => {
    if (place.scope.kind === 'connection') return [];
    if (place.scope.kind === 'project') return [connection.settings];
    return [connection.settings, known.get(place.projectId ?? '') ?? { kind: 'nothing' }];
  };
}

/** What a place's own document says of it, whatever becomes of that. */
function saidBy({ settings }: Place): unknown {
  const own = settings.kind === 'document' ? settings.document.document : undefined;
  return isMapping(own) ? own['enabled'] : undefined;
}

function settingsOf({ kind }: SettingsScope, document: unknown): ScopeSettings {
  return document === undefined ? { kind: 'nothing' } : { kind: 'document', document: { scope: kind, document } };
}

function nameOf({ scope, name }: Place): string {
  return scope.kind === 'repository' ? name : `${scope.kind} ${name}`;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
