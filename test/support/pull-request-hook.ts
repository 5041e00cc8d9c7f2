import type { TestEnvironment } from './local-environment';

/** A delivery that tells of a pull request, as the service would send it; for what no act of a test makes it send. */
export async function pullRequestHook(environment: TestEnvironment, id: number): Promise<string> {
  const { body: pullRequest } = await environment.rest(
    'author',
    'GET',
    `Shop/_apis/git/repositories/web/pullRequests/${id}?api-version=7.1`,
  );
  const { body: connection } = await environment.rest('bot', 'GET', '_apis/connectionData');
  return JSON.stringify({
    subscriptionId: '11111111-2222-3333-4444-555555555555',
    notificationId: 7,
    id: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
    eventType: 'git.pullrequest.updated',
    publisherId: 'tfs',
    resource: { pullRequestId: id, repository: { id: pullRequest.repository.id } },
    resourceVersion: '1.0',
    resourceContainers: { collection: { id: connection.instanceId } },
  });
}
