import { toFailure } from '../core/failures';
import type { GateOutcome } from '../core/evaluate';
import { code, count } from '../core/phrase';
import type { ChangedFile, Iteration, PullRequestDetails, PullRequestKey, Read } from '../core/snapshot';
import {
  parseSettingsText,
  problemText,
  type ResolvedSettings,
  type ScopedDocument,
  type SettingsProblem,
} from '../settings';

import type { SettingsSource } from './evaluate-pull-request';
import type { AzureDevOps } from './ports';
import { readSlice } from './read-slice';

/** Where a repository may keep settings of its own, if an admin lets it. */
export const SETTINGS_FILE = '.portcullis.yaml';

/** What a pull request makes of the file. */
type Proposal =
  | { kind: 'untouched' }
  | { kind: 'deleted' }
  | { kind: 'valid' }
  | { kind: 'invalid'; problems: SettingsProblem[] }
  /** The changes or the file could not be read. */
  | { kind: 'unread'; reason: string };

export interface RepositorySettings {
  settings: ResolvedSettings;
  /** What the file, as the pull request has it, would do to others once it is merged; absent where it is left alone. */
  proposal?: GateOutcome;
}

/**
 * The settings of a pull request, with the file of its target branch where an admin lets it count. A pull request that
 * edits the file is judged by the one that is there, and its own version only validated: nobody switches a gate off for
 * themselves. Only where the present file is wrong, and the pull request mends it, do the wider settings alone judge it.
 */
export async function readRepositorySettings(
  azureDevOps: AzureDevOps,
  key: PullRequestKey,
  source: SettingsSource,
  details: PullRequestDetails,
  iteration: Iteration,
): Promise<RepositorySettings> {
  const wider = await source.of(details);
  if (!wider.ok || wider.settings.repositoryFile === 'off') return { settings: wider };
  const [present, changes] = await Promise.all([
    readPresent(azureDevOps, key, details.targetBranch),
    readSlice(azureDevOps.readChanges(key, iteration)),
  ]);
  const proposal = await readProposal(azureDevOps, key, changes, (text) => problemsOf(text, source, details));
  const settings = await withPresent(present, wider, source, details);
  const mends = proposal.kind === 'valid' || proposal.kind === 'deleted';
  const outcome = outcomeOf(proposal, wider.settings.phase === 'shadow');
  return { settings: !settings.ok && mends ? wider : settings, ...(outcome ? { proposal: outcome } : {}) };
}

/** Too large to be read is as wrong as misspelt: whoever takes it away is judged by the wider settings. */
async function readPresent(
  azureDevOps: AzureDevOps,
  key: PullRequestKey,
  targetBranch: string,
): Promise<Read<string | undefined>> {
  try {
    return { ok: true, value: await azureDevOps.readFile(key, SETTINGS_FILE, targetBranch) };
  } catch (error) {
    const failure = toFailure(error);
    if (failure.kind !== 'tooLarge') throw error;
    return { ok: false, failure };
  }
}

async function withPresent(
  present: Read<string | undefined>,
  wider: ResolvedSettings,
  source: SettingsSource,
  details: PullRequestDetails,
): Promise<ResolvedSettings> {
  if (!present.ok) return { ok: false, problems: [{ scope: 'file', path: '', message: present.failure.message }] };
  return present.value === undefined ? wider : withFile(present.value, source, details);
}

/** What all scopes and the file say together; what is wrong is the file's, as the others have been read already. */
async function withFile(text: string, source: SettingsSource, details: PullRequestDetails): Promise<ResolvedSettings> {
  const parsed = parseSettingsText(text);
  if (!parsed.ok) return { ok: false, problems: parsed.problems.map((problem) => ({ ...problem, scope: 'file' })) };
  const file: ScopedDocument = { scope: 'file', document: parsed.document };
  return source.of(details, [file]);
}

/** What is wrong with a version of the file that is to be merged: against a lock is as wrong as misspelt. */
async function problemsOf(
  text: string,
  source: SettingsSource,
  details: PullRequestDetails,
): Promise<SettingsProblem[]> {
  const resolved = await withFile(text, source, details);
  if (!resolved.ok) return resolved.problems;
  return resolved.warnings.filter(({ scope, kind }) => scope === 'file' && kind === 'ignored');
}

async function readProposal(
  azureDevOps: AzureDevOps,
  key: PullRequestKey,
  changes: Read<ChangedFile[]>,
  problemsIn: (text: string) => Promise<SettingsProblem[]>,
): Promise<Proposal> {
  if (!changes.ok) return { kind: 'unread', reason: changes.failure.message };
  const edited = changes.value.find(({ path }) => path === `/${SETTINGS_FILE}`);
  const movedAway = changes.value.some(({ originalPath }) => originalPath === `/${SETTINGS_FILE}`);
  if (!edited) return { kind: movedAway ? 'deleted' : 'untouched' };
  if (edited.objectId === undefined) return { kind: 'deleted' };
  try {
    const problems = await problemsIn(await azureDevOps.readBlob(key, edited.objectId));
    return problems.length === 0 ? { kind: 'valid' } : { kind: 'invalid', problems };
  } catch (error) {
    const read = await readSlice(Promise.reject(toFailure(error)));
    return { kind: 'unread', reason: read.ok ? '' : read.failure.message };
  }
}

/** Blocking, whatever the gates are: what it would break is every other pull request. */
function outcomeOf(proposal: Proposal, shadow: boolean): GateOutcome | undefined {
  const outcome = { gate: SETTINGS_FILE, mode: 'block' as const, component: null, shadow };
  switch (proposal.kind) {
    case 'untouched':
      return undefined;
    case 'deleted':
      return { ...outcome, state: 'succeeded', description: 'deleted; counts until that is merged', findings: [] };
    case 'valid':
      return { ...outcome, state: 'succeeded', description: 'valid; counts when it is merged', findings: [] };
    case 'invalid':
      return {
        ...outcome,
        state: 'failed',
        description: `${count(proposal.problems.length, 'mistake')}: ${proposal.problems.map(problemText).join(' · ')}`,
        findings: proposal.problems.map((problem) => ({
          severity: 'high',
          key: problem.path,
          filePath: `/${SETTINGS_FILE}`,
          message: problemText(problem),
          help: `Mend ${code(SETTINGS_FILE)}; this pull request is judged by the one on its target branch.`,
        })),
      };
    case 'unread':
      return {
        ...outcome,
        state: 'error',
        description: 'could not be read',
        findings: [{ severity: 'high', key: 'unread', message: proposal.reason }],
      };
  }
}
