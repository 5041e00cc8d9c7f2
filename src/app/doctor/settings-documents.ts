import { branchName, includesBranch } from '../../core/circumstances';
import { count } from '../../core/phrase';
import { quoted } from '../../core/quoted';
import { problemText, type ResolvedSettings } from '../../settings';
import type { Log, SettingsScope, SettingsStore } from '../ports';
import { together } from '../read-settings';
import { readScope, type ScopeSettings } from '../scope-settings';

import type { Finding } from './look-at-part';

/** Names of projects and repositories by id, as far as they are known. */
export interface Directory {
  projects: ReadonlyMap<string, string>;
  repositories: ReadonlyMap<string, { name: string; project: { id: string; name: string } }>;
}

/** All settings documents of a connection, each read once. */
export interface SettingsDocuments {
  /** What holds in a repository of a project. */
  of(projectId: string, repositoryId: string): ResolvedSettings;
  /** What is wrong in each document, or only counts for less than somebody may think. */
  findings(directory: Directory): Finding[];
}

/** Most problems of one document that are told: the command tells all. */
const MOST = 3;

export async function readSettingsDocuments(
  store: SettingsStore,
  connectionId: string,
  log: Log,
): Promise<SettingsDocuments> {
  const all = (await store.readAll(connectionId)).filter(({ isDeleted }) => !isDeleted);
  const present = new Map(all.map((each) => [keyOf(each.scope), each]));
  // Each is read already; only the history of what is of a newer release is asked for.
  const kept = { ...store, read: (scope: SettingsScope) => Promise.resolve(present.get(keyOf(scope))) };
  const scopes = new Map<string, ScopeSettings>();
  for (const { scope } of all) scopes.set(keyOf(scope), await readScope(kept, scope, log));
  const documentOf = (key: string): ScopeSettings => scopes.get(key) ?? { kind: 'nothing' };
  const resolved = new Map<string, ResolvedSettings>();

  const laid = (keys: readonly string[]): ResolvedSettings => {
    // Most repositories have no document of their own: their project's is laid out once.
    const own = keys.filter((key) => scopes.has(key));
    const name = own.join(' ');
    const known = resolved.get(name) ?? together(own.map(documentOf));
    resolved.set(name, known);
    return known;
  };
  const layersOf = (scope: SettingsScope, { repositories }: Directory): string[] => {
    if (scope.kind === 'connection') return [CONNECTION];
    if (scope.kind === 'project') return [CONNECTION, keyOf(scope)];
    const project = repositories.get(scope.repositoryId)?.project;
    return [CONNECTION, ...(project ? [projectKey(project.id)] : []), keyOf(scope)];
  };

  return {
    of: (projectId, repositoryId) => laid([CONNECTION, projectKey(projectId), repositoryKey(repositoryId)]),
    findings: (directory) =>
      all.flatMap(({ scope }) =>
        findingsOf(scope, documentOf(keyOf(scope)), laid(layersOf(scope, directory)), directory),
      ),
  };
}

function findingsOf(
  scope: SettingsScope,
  document: ScopeSettings,
  settings: ResolvedSettings,
  directory: Directory,
): Finding[] {
  const { name, option, project } = placeOf(scope, directory);
  const get = `portcullis settings get${option}`;
  const place = project === undefined ? {} : { project };
  const found: Finding[] = [];
  const problems = settings.ok ? [] : settings.problems.filter((each) => each.scope === scope.kind);
  if (problems.length > 0) {
    found.push({
      state: 'broken',
      message: `The settings of ${name} are wrong, so that its pull requests say error: ${texts(problems)}.`,
      help: `${get} shows them, portcullis settings history${option} what was there before; save them again.`,
      ...place,
    });
  }
  if (document.kind === 'document' && document.warning) {
    const help = 'Deploy the release that wrote it, or save the settings again.';
    found.push({ state: 'warning', message: `Of ${name}, ${document.warning.message}`, help, ...place });
  }
  const warnings = settings.ok
    ? settings.warnings.filter((each) => each.scope === scope.kind && each.kind !== 'unaffected')
    : [];
  if (warnings.length > 0) {
    found.push({
      state: 'warning',
      message: `Of the settings of ${name}, something does not count as it is written: ${texts(warnings)}.`,
      help: `${get} shows them, portcullis settings effective${option} what holds.`,
      ...place,
    });
  }
  return found;
}

function texts(problems: readonly { path: string; message: string }[]): string {
  const told = problems.slice(0, MOST).map((problem) => problemText(problem).replace(/\.$/, ''));
  const others = problems.length - told.length;
  return `${told.join('; ')}${others > 0 ? `; and ${count(others, 'more problem')}` : ''}`;
}

function placeOf(
  scope: SettingsScope,
  { projects, repositories }: Directory,
): { name: string; option: string; project?: string } {
  if (scope.kind === 'connection') return { name: 'the connection', option: ` --connection ${scope.connectionId}` };
  if (scope.kind === 'project') {
    const name = projects.get(scope.projectId);
    if (name === undefined) return { name: `a project that is not seen (${scope.projectId})`, option: '' };
    return { name: `project ${name}`, option: ` --project ${quoted(name)}`, project: name };
  }
  const found = repositories.get(scope.repositoryId);
  if (!found) return { name: `a repository that is not seen (${scope.repositoryId})`, option: '' };
  const name = `${found.project.name}/${found.name}`;
  return { name: `repository ${name}`, option: ` --repository ${quoted(name)}`, project: found.project.name };
}

/** Whether pull requests are judged at all; where the settings are wrong, they say error. */
export function isGated(settings: ResolvedSettings): boolean {
  if (!settings.ok) return true;
  const { enabled, gates } = settings.settings;
  return enabled || gates.some((gate) => gate.circumstances.some((one) => one.enabled));
}

/** Names of components. */
export function componentsOf(settings: ResolvedSettings): string[] {
  return settings.ok ? settings.settings.components.map(({ name }) => name) : [];
}

/** Whether pull requests into a branch (full ref name) are judged, and a failing verdict blocks them. */
export function isEnforced(settings: ResolvedSettings, refName: string): boolean {
  if (!settings.ok) return false;
  const circumstances = [settings.settings, ...settings.settings.gates.flatMap((gate) => gate.circumstances)];
  return circumstances.some(
    ({ enabled, phase, branches }) => enabled && phase === 'enforce' && includesBranch(branches, branchName(refName)),
  );
}

const CONNECTION = 'connection';
const projectKey = (id: string): string => `project ${id}`;
const repositoryKey = (id: string): string => `repository ${id}`;

function keyOf(scope: SettingsScope): string {
  if (scope.kind === 'connection') return CONNECTION;
  return scope.kind === 'project' ? projectKey(scope.projectId) : repositoryKey(scope.repositoryId);
}
