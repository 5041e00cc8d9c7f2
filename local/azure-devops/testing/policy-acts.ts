import { STATUS_POLICY } from '../policies/policy-types';
import { identityOf } from './hook-acts';
import { present, type Json } from './json';
import type { Answer, TestSimulator } from './start-test-simulator';

const MAIN = [{ repositoryId: null, refName: 'refs/heads/main', matchKind: 'Exact' }];

/** Adds a blocking policy on `main` as the administrator; returns its id. */
export async function addPolicy(
  sim: TestSimulator,
  typeId: string,
  settings: Record<string, unknown>,
  more: { isBlocking?: boolean } = {},
): Promise<number> {
  const policy = await sim.rest('admin', 'POST', 'policy/configurations', {
    isEnabled: true,
    isBlocking: true,
    type: { id: typeId },
    settings: { scope: MAIN, ...settings },
    ...more,
  });
  return policy.id;
}

/** The gate's policy as an organization would set it up: reset with each push, the gate's account alone. */
export async function addStatusPolicy(
  sim: TestSimulator,
  settings: Record<string, unknown> = {},
  more: { isBlocking?: boolean } = {},
): Promise<number> {
  const { id: authorId } = await identityOf(sim, 'bot');
  const ours = { statusGenre: 'gate', statusName: 'verdict', authorId, invalidateOnSourceUpdate: true };
  return addPolicy(sim, STATUS_POLICY, { ...ours, ...settings }, more);
}

export async function removePolicies(sim: TestSimulator): Promise<void> {
  const { value } = await sim.rest('admin', 'GET', 'policy/configurations');
  for (const { id } of value) await sim.call('admin', 'DELETE', `Shop/_apis/policy/configurations/${id}`);
}

/** Posts `gate/verdict`; on no iteration when that is undefined. */
export const postVerdict = (
  sim: TestSimulator,
  id: number,
  state: string,
  iterationId: number | undefined,
  more: { person?: string; description?: string; context?: Record<string, string> } = {},
): Promise<Answer> => {
  const { person = 'bot', ...body } = more;
  return sim.call(person, 'POST', `Shop/_apis/git/repositories/web/pullRequests/${id}/statuses`, {
    context: { genre: 'gate', name: 'verdict' },
    state,
    ...(iterationId === undefined ? {} : { iterationId }),
    ...body,
  });
};

/** Asks to complete with the source commit as it is. */
export async function complete(
  sim: TestSimulator,
  id: number,
  { person = 'author', ...more }: { person?: string; completionOptions?: Record<string, unknown> } = {},
): Promise<Answer> {
  const path = `git/repositories/web/pullRequests/${id}`;
  const { lastMergeSourceCommit } = await sim.rest('author', 'GET', path);
  return sim.call(person, 'PATCH', `Shop/_apis/${path}`, {
    status: 'completed',
    lastMergeSourceCommit: { commitId: lastMergeSourceCommit.commitId },
    ...more,
  });
}

/** Adds a commit to a branch by REST. */
export async function pushTo(sim: TestSimulator, branch: string, path: string, content: string): Promise<void> {
  const { value } = await sim.rest('author', 'GET', `git/repositories/web/refs?filter=heads/${branch}`);
  await sim.rest('author', 'POST', 'git/repositories/web/pushes', {
    refUpdates: [{ name: `refs/heads/${branch}`, oldObjectId: present(value[0]).objectId }],
    commits: [
      {
        comment: 'more',
        changes: [{ changeType: 'add', item: { path: `/${path}` }, newContent: { content, contentType: 'rawtext' } }],
      },
    ],
  });
}

/** What the policies say of a pull request, those that do not apply included. */
export async function evaluationsOf(sim: TestSimulator, id: number): Promise<Json[]> {
  const { repository } = await sim.rest('author', 'GET', `git/repositories/web/pullRequests/${id}`);
  const artifactId = `vstfs:///CodeReview/CodeReviewId/${repository.project.id}/${id}`;
  const path = `policy/evaluations?artifactId=${artifactId}&includeNotApplicable=true&api-version=7.1-preview.1`;
  return (await sim.rest('author', 'GET', path)).value;
}

export const verdictsOf = async (sim: TestSimulator, id: number): Promise<string[]> =>
  (await evaluationsOf(sim, id)).map(({ status }) => status);
