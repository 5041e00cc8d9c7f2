import { ledgerTable } from '../../src/azure/ledger-table';
import { eventually, type Person, type TestEnvironment } from './local-environment';
import { management } from './management';
import { organization } from './organization';
import { pullRequests, type StatusRow } from './pull-requests';

const version = 'api-version=7.1';
const NOTHING = '0'.repeat(40);

/** The gates that hold where nothing is said; a test of one gate wants none of them. */
export const noOtherGates = Object.fromEntries(
  ['title', 'description', 'work-items', 'size'].map((name) => [name, { mode: 'off' }]),
);

export interface Commit {
  /** Paths without a leading slash. */
  add?: Record<string, string>;
  edit?: Record<string, string>;
  remove?: string[];
  message?: string;
  /** Where a new branch begins; the tip of `main`, if nothing is said. */
  from?: string;
}

export type NewRepository = Awaited<ReturnType<typeof newRepository>>;

/** A repository of its own with a `main`, so that tests with settings of their own can run beside each other; by REST alone. */
export async function newRepository(environment: TestEnvironment, name: string) {
  const { id: repositoryId, path } = await organization(environment).createRepository('Shop', name);
  const pulls = pullRequests(environment, path);
  const connectionId = environment.connectionId;
  const ledger = ledgerTable({ connectionString: environment.tables.connectionString });
  const tips = new Map<string, string>();
  const ask = async (person: Person, method: string, below: string, body?: unknown) => {
    const answer = await environment.rest(person, method, `${path}/${below}?${version}`, body);
    if (answer.status > 299)
      throw new Error(`${method} ${below} in ${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };

  /** A commit on a branch; returns its id. */
  const push = async (
    branch: string,
    { add = {}, edit = {}, remove = [], message = 'change', from }: Commit,
  ): Promise<string> => {
    const content = (changeType: string) => (entry: [string, string]) => ({
      changeType,
      item: { path: `/${entry[0]}` },
      newContent: { content: entry[1], contentType: 'rawtext' },
    });
    const body = await ask('author', 'POST', 'pushes', {
      refUpdates: [
        { name: `refs/heads/${branch}`, oldObjectId: tips.get(branch) ?? from ?? tips.get('main') ?? NOTHING },
      ],
      commits: [
        {
          comment: message,
          changes: [
            ...Object.entries(add).map(content('add')),
            ...Object.entries(edit).map(content('edit')),
            ...remove.map((each) => ({ changeType: 'delete', item: { path: `/${each}` } })),
          ],
        },
      ],
    });
    const commit = String(body.refUpdates[0].newObjectId);
    tips.set(branch, commit);
    return commit;
  };
  await push('main', { add: { 'README.md': 'The shop.\n' } });

  /** The newest status, once it says so. */
  const says = async (id: number, state: string, description: string, seconds = 60): Promise<void> => {
    const isIt = (row: StatusRow): boolean => row.state === state && row.description === description;
    const row = await pulls.verdict(id, isIt, seconds);
    expect([row.state, row.description]).toEqual([state, description]);
  };

  return {
    id: repositoryId,
    path,
    pulls,
    push,
    ask,
    clone: () => environment.clone('author', name),
    /** A branch with a file of its own, and a pull request from it. */
    open: async (branch: string, body: Record<string, unknown> = {}, commit: Commit = {}): Promise<number> => {
      const add = { [`src/${branch.replaceAll('/', '-')}.ts`]: 'export const one = 1;\n', ...commit.add };
      await push(branch, { ...commit, add });
      return pulls.open(branch, { title: 'Something of the shop', ...body });
    },
    /** Makes this all that its settings say of gates; its pull requests are judged again. */
    save: async (gates: Record<string, object>): Promise<void> => {
      const document = { gates: { ...noOtherGates, ...gates } };
      const { status, body } = await management(environment).save(`/repositories/${repositoryId}`, document);
      if (status > 201) throw new Error(`saving for ${name}: ${status} ${JSON.stringify(body)}`);
    },
    label: (id: number, label: string) => ask('author', 'POST', `pullRequests/${id}/labels`, { name: label }),
    unlabel: (id: number, label: string) => ask('author', 'DELETE', `pullRequests/${id}/labels/${label}`),
    says,
    /** What the newest status says after another look, which somebody asks for. */
    looks: async (id: number, state: string, description: string): Promise<void> => {
      await pulls.comment(id, '/gate re-run');
      await says(id, state, description);
    },
    /** The summary's text, as Markdown. */
    summary: async (id: number): Promise<string> => {
      const [summary] = await pulls.summaries(id);
      return summary?.comments[0]?.content ?? '';
    },
    /** What became of each gate, as the ledger has it, once it is so. */
    outcomes: async (id: number, expected: Record<string, string>): Promise<void> => {
      const read = async () => {
        const { finished } = await ledger.read({ connectionId, repositoryId, pullRequestId: id });
        return Object.fromEntries((finished?.outcomes ?? []).map(({ gate, state }) => [gate, state]));
      };
      const found = await eventually(read, (all) => JSON.stringify(all) === JSON.stringify(expected), 60);
      expect(found).toEqual(expected);
    },
  };
}

/** A work item of its own; returns its number. */
export async function newWorkItem(environment: TestEnvironment, fields: Record<string, string>, type = 'User Story') {
  const path = `Shop/_apis/wit/workitems/$${encodeURIComponent(type)}?${version}`;
  const { status, body } = await environment.rest('author', 'POST', path, patchOf(fields));
  if (status !== 200) throw new Error(`creating a work item: ${status} ${JSON.stringify(body)}`);
  return Number(body.id);
}

export const editWorkItem = (environment: TestEnvironment, id: number, fields: Record<string, string>) =>
  patchWorkItem(environment, id, ...patchOf(fields));

export async function patchWorkItem(environment: TestEnvironment, id: number, ...operations: object[]): Promise<void> {
  const path = `Shop/_apis/wit/workitems/${id}?${version}`;
  const { status, body } = await environment.rest('author', 'PATCH', path, operations);
  if (status !== 200) throw new Error(`editing work item ${id}: ${status} ${JSON.stringify(body)}`);
}

function patchOf(fields: Record<string, string>): object[] {
  return Object.entries(fields).map(([name, value]) => ({ op: 'add', path: `/fields/${name}`, value }));
}
