import { settingsTable } from '../../src/azure/settings-table';
import { eventually, type TestEnvironment } from './local-environment';

const repository = 'Shop/_apis/git/repositories/web';
const version = 'api-version=7.1';

const STATUS_POLICY = 'cbdc66da-9728-4af8-aada-9a5a32e4a226';

/** By the name of the context: state, description and iteration of the newest status. */
export type Said = Record<string, { state: string; description: string; iterationId: number | undefined }>;

/** What the settings say and what comes of it: saved at any scope, and read by the names of statuses. */
export function judging(environment: TestEnvironment) {
  const said = async (id: number): Promise<Said> => {
    const { body } = await environment.rest('author', 'GET', `${repository}/pullRequests/${id}/statuses?${version}`);
    const all: Said = {};
    for (const { context, state, description, iterationId } of body.value) {
      all[context.name] = { state, description, iterationId };
    }
    return all;
  };

  return {
    said,
    /** What the statuses say, once all of them are as they should be. */
    async saying(id: number, isIt: (all: Said) => boolean): Promise<Said> {
      return eventually(() => said(id), isIt, 30);
    },
    /** Saves a document for the whole connection, or for the seeded repository. */
    async save(scope: 'connection' | 'repository', document: unknown): Promise<void> {
      const store = settingsTable({ connectionString: environment.tables.connectionString });
      const { connectionId } = environment;
      const { body } = await environment.rest('author', 'GET', `${repository}?${version}`);
      const place =
        scope === 'connection'
          ? { kind: 'connection' as const, connectionId }
          : { kind: 'repository' as const, connectionId, repositoryId: String(body.id) };
      const present = await store.read(place);
      if (!(await store.save(place, document, { savedBy: 'test' }, present?.etag ?? null)))
        throw new Error('not saved');
    },
    /** Requires a status of ours on `main`, by a policy that is taken back by what is returned. */
    async require(statusName: string): Promise<() => Promise<void>> {
      const { body: us } = await environment.rest('bot', 'GET', '_apis/connectionData');
      const { body: place } = await environment.rest('author', 'GET', `${repository}?${version}`);
      const policies = 'Shop/_apis/policy/configurations';
      const answer = await environment.rest('admin', 'POST', `${policies}?${version}`, {
        isEnabled: true,
        isBlocking: true,
        type: { id: STATUS_POLICY },
        settings: {
          statusGenre: 'portcullis',
          statusName,
          authorId: us.authenticatedUser.id,
          invalidateOnSourceUpdate: true,
          scope: [{ repositoryId: place.id, refName: 'refs/heads/main', matchKind: 'exact' }],
        },
      });
      if (answer.status !== 200) throw new Error(`requiring ${statusName}: ${JSON.stringify(answer.body)}`);
      return async () => {
        await environment.rest('admin', 'DELETE', `${policies}/${answer.body.id}?${version}`);
      };
    },
    /** Asks for completion, as the button does; returns the status of the answer. */
    async complete(id: number): Promise<number> {
      const path = `${repository}/pullRequests/${id}?${version}`;
      const { body: present } = await environment.rest('author', 'GET', path);
      const { status } = await environment.rest('author', 'PATCH', path, {
        status: 'completed',
        lastMergeSourceCommit: { commitId: present.lastMergeSourceCommit.commitId },
      });
      return status;
    },
  };
}
