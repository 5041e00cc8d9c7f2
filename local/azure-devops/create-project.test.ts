import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

let sim: TestSimulator;

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterAll(() => sim.end());

const wanted = (name: string) => ({
  name,
  capabilities: {
    versioncontrol: { sourceControlType: 'Git' },
    processTemplate: { templateTypeId: 'adcc42ab-9882-485e-a3ed-7678f01f66bc' },
  },
});

test('a project is queued, and then there with an empty repository of its name', async () => {
  const queued = await sim.call('admin', 'POST', '_apis/projects', wanted('Platform'));
  expect(queued).toMatchObject({ status: 202, body: { status: 'queued' } });
  const operation = `_apis/operations/${queued.body.id}`;
  const end = Date.now() + 10_000;
  let status = '';
  while (status !== 'succeeded' && Date.now() < end) {
    ({ status } = (await sim.call('admin', 'GET', operation)).body);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(status).toBe('succeeded');
  expect((await sim.call('author', 'GET', '_apis/projects/platform')).body).toMatchObject({
    name: 'Platform',
    state: 'wellFormed',
  });
  const { body } = await sim.call('author', 'GET', 'Platform/_apis/git/repositories');
  expect(body.value.map(({ name, defaultBranch }) => [name, defaultBranch])).toEqual([['Platform', undefined]]);

  const clone = await sim.clone('author', 'Platform/_git/Platform');
  await clone.commit({ 'README.md': 'Platform\n' });
  await clone.git('push', '--quiet', 'origin', 'HEAD:main');
  expect((await sim.call('author', 'GET', 'Platform/_apis/git/repositories/Platform')).body).toMatchObject({
    defaultBranch: 'refs/heads/main',
  });
});

test('a name that is taken, and who may not create projects, are refused at once', async () => {
  expect(await sim.call('admin', 'POST', '_apis/projects', wanted('shop'))).toMatchObject({
    status: 400,
    body: { typeKey: 'ProjectAlreadyExistsException' },
  });
  expect(await sim.call('author', 'POST', '_apis/projects', wanted('Mine'))).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining('Create new projects') },
  });
  const incomplete = await sim.call('admin', 'POST', '_apis/projects', { name: 'Incomplete' });
  expect(incomplete).toMatchObject({ status: 400, body: { message: expect.stringContaining('capabilities') } });
});
