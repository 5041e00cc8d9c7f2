import { eventually, type Person, type TestEnvironment } from './local-environment';

const version = 'api-version=7.1';

export interface StatusRow {
  id: number;
  state: string;
  description: string;
  iterationId?: number;
  targetUrl: string;
}

export interface SummaryThread {
  id: number;
  status: string;
  isDeleted?: boolean;
  comments: { id: number; content?: string; isDeleted?: boolean }[];
}

/** What a title and a description need so that the default gates let them through. */
export const goodWords = {
  title: 'Add a greeting to the shop',
  description: 'Customers asked to be greeted when they enter the shop.',
};

/** Pull requests of a repository, the seeded one if none is named, as people use them: by REST alone. */
export function pullRequests(environment: TestEnvironment, repository = 'Shop/_apis/git/repositories/web') {
  const rest: TestEnvironment['rest'] = (...request) => environment.rest(...request);
  const path = (id: number, below = '') => `${repository}/pullRequests/${id}${below}?${version}`;

  const statuses = async (id: number): Promise<StatusRow[]> =>
    (await rest('author', 'GET', path(id, '/statuses'))).body.value;

  const summaries = async (id: number): Promise<SummaryThread[]> => {
    const { body } = await rest('author', 'GET', path(id, '/threads'));
    return body.value.filter(
      (thread: SummaryThread & { properties?: Record<string, { $value: string }> }) =>
        thread.isDeleted !== true && thread.properties?.['Portcullis.Kind']?.$value === 'summary',
    );
  };

  const update = async (id: number, body: Record<string, unknown>): Promise<void> => {
    const answer = await rest('author', 'PATCH', path(id), body);
    if (answer.status !== 200) throw new Error(`updating ${id}: ${answer.status} ${JSON.stringify(answer.body)}`);
  };

  return {
    statuses,
    summaries,
    async open(branch: string, body: Record<string, unknown> = {}, supportsIterations = true): Promise<number> {
      const answer = await rest(
        'author',
        'POST',
        `${repository}/pullrequests?supportsIterations=${supportsIterations}&${version}`,
        {
          sourceRefName: `refs/heads/${branch}`,
          targetRefName: 'refs/heads/main',
          title: 'wip',
          ...body,
        },
      );
      if (answer.status !== 201)
        throw new Error(`opening a pull request: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body.pullRequestId;
    },
    update,
    /** Merges it, as the button does; once that has happened. */
    async complete(id: number): Promise<void> {
      const present = async () => (await rest('author', 'GET', path(id))).body;
      const { lastMergeSourceCommit } = await present();
      await update(id, { status: 'completed', lastMergeSourceCommit });
      await eventually(present, ({ status }) => status === 'completed');
    },
    async linkWorkItem(id: number, workItem = 1): Promise<void> {
      const { body } = await rest('author', 'GET', path(id));
      const artifact = `vstfs:///Git/PullRequestId/${body.repository.project.id}%2F${body.repository.id}%2F${id}`;
      const answer = await rest('author', 'PATCH', `Shop/_apis/wit/workitems/${workItem}?${version}`, [
        {
          op: 'add',
          path: '/relations/-',
          value: { rel: 'ArtifactLink', url: artifact, attributes: { name: 'Pull Request' } },
        },
      ]);
      if (answer.status !== 200) throw new Error(`linking: ${answer.status} ${JSON.stringify(answer.body)}`);
    },
    async vote(id: number, person: Person, vote: number): Promise<void> {
      const { body } = await rest(person, 'GET', '_apis/connectionData');
      const me = body.authenticatedUser.id;
      const answer = await rest(person, 'PUT', path(id, `/reviewers/${me}`), { vote });
      if (answer.status !== 200) throw new Error(`voting: ${answer.status} ${JSON.stringify(answer.body)}`);
    },
    /** Writes a comment as a new thread; returns the thread's id. */
    async comment(id: number, content: string, person: Person = 'author'): Promise<number> {
      const body = { comments: [{ parentCommentId: 0, content, commentType: 1 }], status: 1 };
      const answer = await rest(person, 'POST', path(id, '/threads'), body);
      if (answer.status !== 200) throw new Error(`commenting: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body.id;
    },
    async thread(id: number, thread: number): Promise<SummaryThread> {
      return (await rest('author', 'GET', path(id, `/threads/${thread}`))).body;
    },
    /** The newest status, once there is one that `isIt`. */
    async verdict(id: number, isIt: (row: StatusRow) => boolean = () => true, seconds = 20): Promise<StatusRow> {
      const rows = await eventually(
        () => statuses(id),
        (all) => all.some((row, index) => index === all.length - 1 && isIt(row)),
        seconds,
      );
      const newest = rows.at(-1);
      if (!newest) throw new Error('no status');
      return newest;
    },
  };
}
