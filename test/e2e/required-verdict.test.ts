import { requireVerdict } from '../../local/environment';
import { portcullis } from '../support/command';
import { startTestEnvironment, type Person, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const repository = 'Shop/_apis/git/repositories/web';

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
  const { body } = await environment.rest('bot', 'GET', '_apis/connectionData');
  await requireVerdict(environment, body.authenticatedUser.id, silent);
});

afterAll(async () => {
  await environment.end();
});

/** Asks for completion, as the button does; returns the status of the answer and what it says. */
async function complete(id: number, person: Person = 'author'): Promise<{ status: number; says: string }> {
  const path = `${repository}/pullRequests/${id}?api-version=7.1`;
  const { body: present } = await environment.rest(person, 'GET', path);
  const { status, body } = await environment.rest(person, 'PATCH', path, {
    status: 'completed',
    lastMergeSourceCommit: { commitId: present.lastMergeSourceCommit.commitId },
  });
  return { status, says: body.message ?? '' };
}

async function postAs(person: Person, id: number, iterationId?: number): Promise<number> {
  const { status } = await environment.rest(
    person,
    'POST',
    `${repository}/pullRequests/${id}/statuses?api-version=7.1`,
    {
      state: 'succeeded',
      description: 'all is well',
      context: { genre: 'portcullis', name: 'verdict' },
      ...(iterationId === undefined ? {} : { iterationId }),
    },
  );
  return status;
}

test('completing waits for a green verdict of the newest iteration, by the gate itself', async () => {
  const clone = await environment.clone('author');
  // Before the verdict: the gate is kept from judging.
  await environment.control('POST', 'permissions', { identity: 'bot', repository: 'web', read: false });
  await clone.push('feature/required', { 'src/required.ts': 'export const required = 1;\n' });
  const id = await pulls.open('feature/required', goodWords);
  expect((await complete(id)).status).toBeGreaterThanOrEqual(400);
  await environment.control('POST', 'permissions', { identity: 'bot', repository: 'web', read: true });

  await pulls.comment(id, '/gate re-run');
  await pulls.verdict(id, ({ state }) => state === 'failed');
  const red = await complete(id);
  expect(red.status).toBeGreaterThanOrEqual(400);
  expect(red.says).not.toBe('');

  // Somebody else's green does not open it, and one without an iteration is refused.
  await postAs('author', id, 1);
  expect((await complete(id)).status).toBeGreaterThanOrEqual(400);
  expect(await postAs('bot', id)).toBe(403);

  await pulls.linkWorkItem(id);
  await pulls.comment(id, '/gate re-run');
  await pulls.verdict(id, ({ state, iterationId }) => state === 'succeeded' && iterationId === 1);

  // A push takes the green away until the new iteration is judged.
  await environment.control('POST', 'permissions', { identity: 'bot', repository: 'web', read: false });
  await clone.push('feature/required', { 'src/required.ts': 'export const required = 2;\n' });
  expect((await complete(id)).status).toBeGreaterThanOrEqual(400);
  await environment.control('POST', 'permissions', { identity: 'bot', repository: 'web', read: true });
  await pulls.comment(id, '/gate re-run');
  await pulls.verdict(id, ({ state, iterationId }) => state === 'succeeded' && iterationId === 2);
  expect((await complete(id)).status).toBe(200);
});

test('a policy is installed once everything open is judged, and in an emergency gives way although nothing of ours runs', async () => {
  const clone = await environment.clone('author');
  await clone.push('target', {});
  await clone.push('feature/staged', { 'src/staged.ts': 'export const staged = 1;\n' });
  await environment.dropHooks();
  // Nobody has told Portcullis of it: it is judged because the policy is installed.
  const id = await pulls.open('feature/staged', { ...goodWords, targetRefName: 'refs/heads/target' });
  const env = {
    AZURE_DEVOPS_PAT: 'admin-pat',
    PORTCULLIS_URL: environment.host.url,
    PORTCULLIS_TOKEN: environment.managementToken,
  };
  const url = `${environment.simulator.url}/Shop/_git/web`;
  const installed = await portcullis(['policy', 'install', url, '--branch', 'target', '--yes'], { env });
  expect(installed.stderr).toContain('optional until each of 1 open pull request without a verdict has one');
  expect(installed).toMatchObject({ code: 0, stdout: expect.stringContaining('need portcullis/verdict') });
  expect(await pulls.statuses(id)).toMatchObject([{ state: 'failed', iterationId: 1 }]);
  expect((await complete(id)).status).toBeGreaterThanOrEqual(400);

  await environment.host.stop();
  const suspended = await portcullis(['policy', 'suspend', '--all', url, '--yes'], { env });
  expect(suspended).toMatchObject({ code: 0 });
  expect(suspended.stdout.replace(/\s+/g, ' ')).toContain(
    "Portcullis' audit log does not have it: Portcullis does not answer",
  );
  expect((await complete(id)).status).toBe(200);
  const restored = await portcullis(['policy', 'restore', '--all', url, '--yes'], { env });
  expect(restored.stdout.replace(/\s+/g, ' ')).toContain('2 policies of');
});
