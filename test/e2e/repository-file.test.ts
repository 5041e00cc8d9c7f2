import { startTestEnvironment, type Clone, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';

const FILE = '.portcullis.yaml';
const ALL_OFF = 'enabled: false\ngates:\n  work-items: { mode: off }\n';

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;
let author: Clone;
let number = 0;

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
  author = await environment.clone('author');
});

afterAll(() => environment.end());

/** An administrator says how far the file counts, for the whole connection. */
async function letFileCount(repositoryFile: 'off' | 'tighten' | 'full'): Promise<void> {
  const url = `${environment.host.url}/api/management/connections/${environment.connectionId}/settings`;
  const headers = { authorization: `Bearer ${environment.managementToken}`, 'content-type': 'application/json' };
  const present = await fetch(url, { headers });
  const etag = present.headers.get('etag');
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { ...headers, ...(etag === null ? { 'if-none-match': '*' } : { 'if-match': etag }) },
    body: JSON.stringify({ repositoryFile }),
  });
  expect(answer.status).toBe(200);
}

/** What stands in the file on main from now on. */
async function onMain(text: string | undefined): Promise<void> {
  const admin = await environment.clone('admin');
  if (text === undefined) await admin.git('rm', '--quiet', '--ignore-unmatch', FILE);
  await admin.push('main', text === undefined ? {} : { [FILE]: text });
  await author.git('fetch', '--quiet');
}

/** The verdict on a pull request without a work item, which perhaps brings its own version of the file. */
async function verdictOn(own: Record<string, string> = {}): Promise<{ id: number; says: string }> {
  number += 1;
  const branch = `feature/file-${number}`;
  await author.git('checkout', '--quiet', '-B', branch, 'origin/main');
  await author.push(branch, { [`src/file-${number}.ts`]: `export const file = ${number};\n`, ...own });
  const id = await pulls.open(branch, goodWords);
  const { state, description } = await pulls.verdict(id);
  return { id, says: `${state}: ${description}` };
}

const UNLINKED = /^failed: 1 of \d blocking gates failed: work-items none linked/;

test('full: the file on the target branch counts; one that the pull request brings along does not', async () => {
  await letFileCount('full');
  await onMain(undefined);
  const bringing = await verdictOn({ [FILE]: ALL_OFF });
  expect(bringing.says).toMatch(UNLINKED);
  const [summary] = await pulls.summaries(bringing.id);
  expect(summary?.comments[0]?.content).toContain('valid; counts when it is merged');
  await onMain('gates:\n  work-items: { mode: off }\n');
  expect((await verdictOn()).says).toMatch(/^succeeded: 3 gates passed/);
});

test('a pull request whose version is wrong fails, and says where', async () => {
  const { id, says } = await verdictOn({ [FILE]: 'gates:\n  titel: { mode: block }\n' });
  expect(says).toContain('failed: ');
  const [summary] = await pulls.summaries(id);
  expect(summary?.comments[0]?.content).toContain('gates.titel: unknown gate; did you mean "title"?');
});

test('a wrong file on the target branch is an error, but for the pull request that mends it', async () => {
  await onMain('gates:\n  titel: { mode: block }\n');
  expect((await verdictOn()).says).toMatch(
    /^error: \.portcullis\.yaml: gates\.titel: unknown gate; did you mean "title"\?/,
  );
  expect((await verdictOn({ [FILE]: 'gates:\n  work-items: { mode: off }\n' })).says).toMatch(UNLINKED);
});

test('tighten: what asks for less counts for nothing, what asks for more does', async () => {
  await letFileCount('tighten');
  await onMain('gates:\n  work-items: { mode: off }\n  title: { minimumLength: 60 }\n');
  expect((await verdictOn()).says).toMatch(
    /^failed: 2 of \d (?:blocking )?gates failed: title .*work-items none linked/,
  );
});

test('off: whatever the file says', async () => {
  await letFileCount('off');
  await onMain('gates: [');
  expect((await verdictOn({ [FILE]: ALL_OFF })).says).toMatch(UNLINKED);
});
