import { toFailure } from '../../core/failures';
import { count } from '../../core/phrase';
import { STATUS_GENRE, VERDICT_NAME } from '../../core/plan-statuses';

import { CONTEXT } from '../policy-faults';
import { scopesOf, scopesText } from '../policy-scope';
import type { AzureDevOps, BranchPolicy, Connection } from '../ports';

import type { OverviewSources, RepositoryPlace } from './read-overview';

/** Each costs a request. */
const MOST_PROJECTS = 20;

/**
 * Which branch policies go on requiring the verdict in repositories that are switched off, as sentences. It may be what
 * somebody wants: `notApplicable` lets pull requests pass.
 */
export async function remainingPolicies(
  { ask }: Pick<OverviewSources, 'ask'>,
  connection: Connection,
  switchedOff: readonly RepositoryPlace[],
): Promise<string[]> {
  const projects = new Map(switchedOff.map(({ repository: { project } }) => [project.id, project]));
  const sentences: string[] = [];
  for (const { id, name } of [...projects.values()].slice(0, MOST_PROJECTS)) {
    const there = switchedOff.filter(({ projectId }) => projectId === id);
    try {
      const policies = await ask(connection, (azureDevOps: AzureDevOps) => azureDevOps.readStatusPolicies(id), id);
      sentences.push(...policies.flatMap((policy) => sentenceOn(policy, { id, name }, there)));
    } catch (error) {
      const reason = toFailure(error).message;
      sentences.push(
        `Whether branch policies of project ${name} still require ${CONTEXT} could not be read: ${reason}`,
      );
    }
  }
  const others = projects.size - MOST_PROJECTS;
  if (others > 0) sentences.push(`Branch policies of ${count(others, 'more project')} were not looked at.`);
  return sentences;
}

function sentenceOn(
  policy: BranchPolicy,
  project: { id: string; name: string },
  switchedOff: readonly RepositoryPlace[],
): string[] {
  const { id, isEnabled, isBlocking, settings } = policy;
  const isOurs = settings['statusGenre'] === STATUS_GENRE && settings['statusName'] === VERDICT_NAME;
  if (!isOurs || !isEnabled || !isBlocking) return [];
  const scopes = scopesOf(policy);
  const repository = switchedOff
    .map((place) => place.repository)
    .find((each) => scopes.some(({ repositoryId }) => repositoryId === each.id));
  if (!repository && !scopes.some(({ repositoryId }) => repositoryId === null)) return [];
  const where = scopesText(scopes, repository);
  return [
    `Policy ${id} of project ${project.name} (${where}) still requires ${CONTEXT}. Pull requests there are not held up: each iteration gets one verdict notApplicable, which fulfils it.`,
  ];
}
