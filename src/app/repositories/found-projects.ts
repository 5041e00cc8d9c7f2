import { toFailure } from '../../core/failures';
import { quoted } from '../../core/quoted';
import { resolveSettings } from '../../settings';
import type { WithHooks } from '../hooks/hook-slices';
import { ALL_PROJECTS, isOfConnection, projectOf } from '../hooks/wanted-hooks';
import { CONTEXT } from '../policy-faults';
import { isOurs } from '../policy-suspension';
import type { Connection, HookSubscription, KnownProject } from '../ports';

import type { Overview, OverviewSources, ProjectPlace } from './read-overview';

/** Each costs a request or two. */
export const MOST_FOUND = 20;

/** A project that was created later, or came into sight, and is not ready for the gate. */
export interface FoundProject {
  id: string;
  name: string;
  foundAt: Date;
  /** What it is without, as a sentence. */
  message: string;
  /** Commands, in their order. */
  mend: string[];
}

export type FoundSources = OverviewSources & { withHooks: WithHooks };

type Lack = { is: boolean } | { is: null; reason: string };

/** Which of the projects that turned up lack service hooks or a policy. What is not gated lacks nothing. */
export async function unreadyProjects(
  sources: FoundSources,
  connection: Connection,
  overview: Overview,
  known: readonly KnownProject[],
): Promise<FoundProject[]> {
  const found = known.flatMap(({ id, foundAt }) => {
    const place = overview.projects.find((each) => each.id === id);
    return foundAt && place && place.gating.enabled !== false ? [{ place, foundAt }] : [];
  });
  if (found.length === 0) return [];
  const covers = await readCoverage(sources, connection);
  const unready: FoundProject[] = [];
  for (const { place, foundAt } of found.slice(0, MOST_FOUND)) {
    const { id, name } = place;
    const hasRepositories = overview.repositories.some(({ projectId }) => projectId === id);
    if (!hasRepositories && (await isWithoutGit(sources, connection, id))) continue;
    const hooks = covers(id);
    const policy = isToBlock(overview, place) ? await lacksPolicy(sources, connection, id) : { is: false };
    const clauses = [...hooksClause(hooks), ...policyClause(policy)];
    if (clauses.length === 0) continue;
    const repositories = hasRepositories ? '' : ', and no repository is seen in it yet';
    const day = foundAt.toISOString().slice(0, 10);
    unready.push({
      id,
      name,
      foundAt,
      message: `Project ${name} is new since ${day}${repositories}: ${clauses.join(', and ')}.`,
      mend: [
        ...(hooks.is === false ? [] : [`portcullis hooks sync ${quoted(connection.name)}`]),
        ...(policy.is === false
          ? []
          : [`portcullis policy install ${quoted(`${connection.url}/${encodeURIComponent(name)}`)}`]),
      ],
    });
  }
  return unready;
}

/** Whether a project lacks subscriptions of ours. How they are is doctor's affair. */
async function readCoverage({ withHooks }: FoundSources, connection: Connection): Promise<(projectId: string) => Lack> {
  let ours: HookSubscription[];
  try {
    ours = (await withHooks(connection, (hooks) => hooks.list())).filter((each) => isOfConnection(each, connection.id));
  } catch (error) {
    const reason = toFailure(error).message;
    return () => ({ is: null, reason });
  }
  const places = new Set(ours.map(projectOf));
  return (projectId) => ({ is: !places.has(ALL_PROJECTS) && !places.has(projectId) });
}

async function lacksPolicy({ ask }: FoundSources, connection: Connection, projectId: string): Promise<Lack> {
  try {
    const policies = await ask(connection, (azureDevOps) => azureDevOps.readStatusPolicies(projectId), projectId);
    return { is: !policies.some((policy) => isOurs(policy) && policy.isEnabled) };
  } catch (error) {
    return { is: null, reason: toFailure(error).message };
  }
}

async function isWithoutGit({ ask }: FoundSources, connection: Connection, projectId: string): Promise<boolean> {
  try {
    return !(await ask(connection, (azureDevOps) => azureDevOps.readVersionControl(projectId), projectId)).git;
  } catch {
    // Then it is told, rather than left out.
    return false;
  }
}

/** In the phase shadow nothing has to be required. */
function isToBlock({ connection }: Overview, { settings }: ProjectPlace): boolean {
  const documents = [connection.settings, settings].flatMap((each) =>
    each.kind === 'document' ? [each.document] : [],
  );
  const resolved = resolveSettings(documents);
  if (!resolved.ok) return true;
  const circumstances = [resolved.settings, ...resolved.settings.gates.flatMap((gate) => gate.circumstances)];
  return circumstances.some(({ enabled, phase }) => enabled && phase === 'enforce');
}

function hooksClause(lack: Lack): string[] {
  if (lack.is === null)
    return [`whether service hooks tell of its pull requests could not be seen (${bare(lack.reason)})`];
  return lack.is ? ['no service hook tells of its pull requests, so that they wait for the sweep'] : [];
}

function policyClause(lack: Lack): string[] {
  if (lack.is === null) return [`whether a branch policy requires ${CONTEXT} could not be seen (${bare(lack.reason)})`];
  return lack.is ? [`no branch policy requires ${CONTEXT} in it`] : [];
}

function bare(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
