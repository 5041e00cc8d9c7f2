import { connection, key, mallory } from '../app/testing/samples';
import { BOT_PAT, createWorld } from '../app/testing/world';

import { createManagementApi } from './management-api';
import { managementOf } from './testing/management';

/** A project that its own PAT alone sees. */
async function create() {
  const world = createWorld();
  const { project } = world.pullRequest.seen(0).details;
  const expiresOn = new Date('2027-09-01T00:00:00Z');
  const own = { projectId: project.id, projectName: project.name, expiresOn, accountId: mallory.id };
  world.connections.put({ ...connection, projectPats: [own] });
  await world.secrets.port.savePat(connection.id, 'own-pat', expiresOn, project.id);
  world.azureDevOps.accounts.set('own-pat', mallory);
  world.azureDevOps.visibleProjects.set(BOT_PAT, []);
  const api = createManagementApi(managementOf(world));
  const get = async (path: string): Promise<unknown> => {
    const request = new Request(`https://gate.example/api/management/connections/contoso${path}`, {
      headers: { authorization: 'Bearer secret' },
    });
    return (await api(request)).json();
  };
  return { world, project, get };
}

test.each([
  ['does not see it', () => undefined],
  ['is refused', (world: ReturnType<typeof createWorld>) => void world.azureDevOps.accounts.delete(BOT_PAT)],
])('a project is looked up with its own PAT where the connection’s credential %s', async (_, make) => {
  const { world, project, get } = await create();
  make(world);
  expect(await get('/projects')).toEqual([project]);
  expect(await get('/repositories')).toMatchObject([{ id: key.repositoryId, project }]);
  expect(await get(`/repositories?name=${project.name}/web`)).toMatchObject({ id: key.repositoryId });
  expect(await get('/repositories?name=Elsewhere/web')).toMatchObject({ message: expect.any(String) });
});

test('nothing of other projects is shown because that PAT would see it', async () => {
  const { world, project, get } = await create();
  const other = { id: '7d0f7a2c-0000-4000-8000-00000000000b', name: 'Elsewhere' };
  const more = { defaultBranch: null, size: null, fork: null, isDisabled: false };
  world.azureDevOps.otherRepositories.push({ ...more, id: 'r2', name: 'payments', project: other });
  world.azureDevOps.listElsewhere(other, []);
  expect(await get('/projects')).toEqual([project]);
  expect(await get('/repositories')).toHaveLength(1);
});
