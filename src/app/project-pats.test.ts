import { bot, connection, mallory } from './testing/samples';
import { BOT_PAT, createWorld, type World } from './testing/world';

const expiresOn = new Date('2027-09-01T00:00:00Z');

/** The pull request's project, or another one, has a PAT of its own, which belongs to somebody else. */
async function create(isOwn: boolean): Promise<World> {
  const world = createWorld();
  const { project } = world.pullRequest.seen(0).details;
  const projectId = isOwn ? project.id : '7d0f7a2c-0000-4000-8000-00000000000b';
  const own = { projectId, projectName: 'Own', expiresOn, accountId: mallory.id };
  world.connections.put({ ...connection, identities: [bot, mallory], projectPats: [own] });
  await world.secrets.port.savePat(connection.id, 'own-pat', expiresOn, projectId);
  world.azureDevOps.accounts.set('own-pat', mallory);
  world.pullRequest.change((state) => (state.workItems = []));
  return world;
}

const author = (world: World) => world.azureDevOps.recorded.summaries()[0]?.comments[0]?.author.id;

test('a pull request of the project is judged with its PAT, even when the connection’s is worth nothing there', async () => {
  const world = await create(true);
  world.azureDevOps.accounts.delete(BOT_PAT);
  world.hook();
  await world.drain();
  expect(world.verdict()?.state).toBe('failed');
  expect(author(world)).toBe(mallory.id);
  expect(world.connections.recorded.rows()[0]?.broken).toBeNull();
  expect(world.connections.recorded.rows()[0]?.identities).toEqual([bot, mallory]);
});

test('a pull request of another project never is', async () => {
  const world = await create(false);
  world.hook();
  await world.drain();
  expect(author(world)).toBe(bot.id);
  expect(world.secrets.recorded.reads.filter((read) => read.includes('/'))).toEqual([]);
});

test('a PAT of a project that is refused breaks nothing else, and is told with what to do', async () => {
  const world = await create(true);
  world.azureDevOps.accounts.delete('own-pat');
  world.hook();
  await world.drain();
  expect(world.connections.recorded.rows()[0]?.broken).toBeNull();
  expect(world.deadLetters.recorded.letters()[0]?.description).toMatch(
    /PAT of project Own.*pat rotate contoso --project/,
  );
  expect(author(world)).toBeUndefined();
});
