import { createHash } from 'node:crypto';

import { Failure } from '../core/failures';
import { groupKey } from '../core/group-name';
import type { Iteration, PullRequestDetails, PullRequestKey, PullRequestSnapshot, SliceName } from '../core/snapshot';
import type { ResolvedSettings, ScopedDocument } from '../settings';

import { judge, withoutJudging, type Judgement } from './judgement';
import type { AzureDevOps, Clock, Thread } from './ports';
import { beginMutableSlices } from './read-mutable-slices';
import { once, onceEach } from './read-slice';
import { pinIteration, readFixedSlices } from './read-snapshot';
import { readRepositorySettings } from './repository-file';
import type { EarlySources } from './slice-readers';
import { besideUnread, readStanding, type Standing } from './standing';

/** Counts into the inputs' hash: a release that judges differently changes it, and every pull request is judged anew. */
const JUDGEMENT_VERSION = 4;

const NOTHING: ReadonlySet<SliceName> = new Set();

/** In place of a hash, which it never equals. */
const INCOMPLETE = 'incomplete';

/** Equal inputs give equal judgements, so nothing needs to be judged or written again. */
export type EvaluationResult =
  | { kind: 'judged'; inputs: string; listed: string; judgement: Judgement; standing: Standing }
  | { kind: 'unchanged'; inputs: string; listed: string }
  /** Completed or abandoned: nothing is gated any more. */
  | { kind: 'inactive'; inputs: string; listed: string; details: PullRequestDetails; iteration: Iteration };

/** Where the settings of a pull request come from. */
export interface SettingsSource {
  /** As far as they are known before the pull request is read: they tell which slices to ask for at once. */
  early: ResolvedSettings;
  /** All of them: those of its project too, and what comes from elsewhere besides. */
  of(details: PullRequestDetails, more?: readonly ScopedDocument[]): Promise<ResolvedSettings>;
}

interface Request {
  key: PullRequestKey;
  settings: SettingsSource;
  azureDevOps: AzureDevOps;
  clock: Clock;
  myId: string;
  /** Whether Portcullis began a thread: no gate counts its own. */
  isOurs: (thread: Thread) => boolean;
  /** The inputs of the newest finished evaluation while it still holds. */
  knownInputs: string | undefined;
}

/**
 * Reads the pull request, pins its newest iteration, and judges it, unless nothing changed since the last time. What can
 * be asked for at once is: a verdict takes three round trips here, one less when nothing changed.
 */
export async function evaluatePullRequest(request: Request): Promise<EvaluationResult> {
  const { key, settings: source, azureDevOps, clock, myId, knownInputs } = request;
  const threads = once(() => azureDevOps.readThreads(key));
  const group = onceEach((name: string) => azureDevOps.readGroup(name));
  const sources = { azureDevOps, key, threads, isOurs: request.isOurs, group };
  const readMutable = beginMutableSlices({ ...sources, asks: asksOf(source.early) }, needsOf(source.early));
  const [pullRequest, iterations] = await Promise.all([
    azureDevOps.readPullRequest(key),
    azureDevOps.readIterations(key),
  ]);
  const { headCommit, baseCommit, merge: _merge, reviewers: _reviewers, listed, ...details } = pullRequest;
  const iteration = pinIteration(pullRequest, iterations);
  const { settings, proposal } = await readRepositorySettings(azureDevOps, key, source, details, iteration);
  const first = withoutJudging(settings, details, iteration);
  // What decides without the gates stands in the identity: nothing of what they need is read for a draft, say.
  const needs = first.kind === 'judgement' ? NOTHING : needsOf(settings);
  const identity = hashOf([
    JUDGEMENT_VERSION,
    settings.ok ? settings.hash : settings.problems,
    proposal,
    details,
    iteration,
    myId,
  ]);
  if (details.status !== 'active') return { kind: 'inactive', inputs: identity, listed, details, iteration };

  const changes = once(() => azureDevOps.readChanges(key, iteration));
  const readRest = () => ({
    standing: begun(readStanding(azureDevOps, key, threads)),
    fixed: begun(readFixedSlices(azureDevOps, key, iteration, needs, changes)),
  });
  // What has changed already is judged in any case: the rest is asked for while the mutable slices are on their way.
  const early = knownInputs?.startsWith(identity) === true ? undefined : readRest();
  const late = { ...sources, asks: asksOf(settings), pullRequest, iterations, iteration, changes };
  const read = await readMutable(needs, late);
  const inputs = `${identity}/${hashOf(read)}`;
  if (inputs === knownInputs) return { kind: 'unchanged', inputs, listed };

  const rest = early ?? readRest();
  const [standing, fixed] = await Promise.all([rest.standing, rest.fixed]);
  if (first.kind === 'judgement') {
    return { kind: 'judged', inputs, listed, judgement: besideUnread(first.judgement, standing), standing };
  }
  const snapshot: PullRequestSnapshot = { details, iteration, ...read, ...fixed };
  const judged = judge(snapshot, first.settings, clock.now(), proposal ? [proposal] : []);
  const judgement = besideUnread(judged, standing);
  // Nothing in the inputs changes when a slice may be read again, so the next message must try.
  const isComplete = [snapshot.changes, snapshot.lineCounts, snapshot.commits].every((slice) => slice?.ok !== false);
  return { kind: 'judged', inputs: isComplete ? inputs : INCOMPLETE, listed, judgement, standing };
}

/** The slices that the gates ask for; nothing is judged while the settings are wrong. */
function needsOf(settings: ResolvedSettings): ReadonlySet<SliceName> {
  return new Set(settings.ok ? settings.settings.gates.flatMap((gate) => gate.needs) : []);
}

/** What they ask of those slices. */
function asksOf(settings: ResolvedSettings): EarlySources['asks'] {
  const asks = settings.ok ? settings.settings.gates.map((gate) => gate.asks) : [];
  const groups = new Map(asks.flatMap((each) => each.groups ?? []).map((name) => [groupKey(name), name]));
  const fields = new Set(asks.flatMap(({ workItemFields }) => workItemFields ?? []));
  return { groups: [...groups.values()], workItemFields: [...fields].sort() };
}

/** A read that was started ahead: its failure shows where it is waited for, and is no unhandled one until then. */
function begun<T>(read: Promise<T>): Promise<T> {
  read.catch(() => undefined);
  return read;
}

/** Of a failure its message counts. */
function hashOf(inputs: unknown): string {
  const text = JSON.stringify(inputs ?? null, (_, value: unknown) =>
    value instanceof Failure ? value.message : value,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
