import { listOf, present, type Json } from './json';
import type { TestSimulator } from './start-test-simulator';

export const COMMENT_EVENT = 'ms.vss-code.git-pullrequest-comment-event';

/** Subscribes, as an administrator if nobody else is named, with everything sent and the password `secret` of the user `hook`. */
export async function subscribeTo(
  sim: TestSimulator,
  url: string,
  wanted: Record<string, unknown>,
  inputs: Record<string, string> = {},
  person = 'admin',
): Promise<Json> {
  const answer = await sim.call(person, 'POST', '_apis/hooks/subscriptions', {
    publisherId: 'tfs',
    consumerId: 'webHooks',
    consumerActionId: 'httpRequest',
    publisherInputs: {},
    consumerInputs: {
      url,
      basicAuthUsername: 'hook',
      basicAuthPassword: 'secret',
      resourceDetailsToSend: 'all',
      messagesToSend: 'all',
      detailedMessagesToSend: 'all',
      ...inputs,
    },
    ...wanted,
  });
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body;
}

/** Whether a delivery is of an event and of a pull request. */
export const deliveryOf =
  (eventType: string, id: number) =>
  ({ body }: { body: Json }): boolean =>
    body.eventType === eventType && pullRequestIn(body) === id;

/** A comment's resource holds the pull request beside it; a resource may be left out altogether. */
export function pullRequestIn({
  eventType,
  resource,
}: {
  eventType: string;
  resource?: Partial<Json>;
}): number | undefined {
  return (eventType === COMMENT_EVENT ? resource?.pullRequest : resource)?.pullRequestId;
}

export async function identityOf(sim: TestSimulator, key: string): Promise<Json> {
  return present(listOf(await sim.control('GET', 'identities')).find((each) => each.key === key));
}

export async function vote(sim: TestSimulator, id: number, person: string, value: number): Promise<void> {
  const { id: reviewerId } = await identityOf(sim, person);
  await sim.rest(person, 'PUT', `git/repositories/web/pullRequests/${id}/reviewers/${reviewerId}`, { vote: value });
}

export const comment = (sim: TestSimulator, id: number, content: string): Promise<Json> =>
  sim.rest('author', 'POST', `git/repositories/web/pullRequests/${id}/threads`, { comments: [{ content }], status: 1 });
