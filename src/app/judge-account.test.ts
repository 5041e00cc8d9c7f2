import { bot, connection } from './testing/samples';
import { BOT_PAT, createWorld, type World } from './testing/world';

/** Something fires a hook a minute later, and the queue is drained. */
async function hookLater(world: World): Promise<void> {
  world.clock.advance(60);
  world.hook();
  await world.drain();
}

describe('the PAT is another account now', () => {
  const successor = {
    id: 'b0700000-0000-4000-8000-000000000009',
    displayName: 'Gate',
    uniqueName: 'gate@contoso.example',
  };
  const succeed = (world: World): unknown => world.azureDevOps.accounts.set(BOT_PAT, successor);
  const identities = (world: World): unknown => world.connections.recorded.rows()[0]?.identities.map(({ id }) => id);

  test('the first status tells, and the connection knows from then on', async () => {
    const world = createWorld();
    succeed(world);
    world.hook();
    await world.drain();
    expect(identities(world)).toEqual([successor.id, bot.id]);
    expect(world.verdict()?.author.id).toBe(successor.id);
    world.wire.clearCalls();
    await hookLater(world);
    await hookLater(world);
    expect(world.azureDevOps.recorded.writes()).toEqual([]);
  });

  test("the former account's summary is closed and replaced once, though its text is not ours to edit", async () => {
    const world = createWorld();
    world.pullRequest.change((state) => (state.workItems = []));
    world.hook();
    await world.drain();
    const [former] = world.azureDevOps.recorded.summaries();
    succeed(world);
    world.pullRequest.push();
    await hookLater(world);
    await hookLater(world);
    expect(identities(world)).toEqual([successor.id, bot.id]);
    const [closed, present, ...others] = world.azureDevOps.recorded.summaries();
    expect(others).toEqual([]);
    expect(closed).toEqual({ ...former, status: 'closed' });
    expect(present?.comments[0]?.author.id).toBe(successor.id);
    expect(world.verdict()).toMatchObject({ state: 'failed', iterationId: 2, author: successor });
    expect(world.verdict()?.targetUrl).toContain(`discussionId=${present?.id ?? ''}`);
    world.wire.clearCalls();
    await hookLater(world);
    expect(world.azureDevOps.recorded.writes()).toEqual([]);
  });

  test('an admin tells so: nothing else has to change for the summary to be replaced', async () => {
    const world = createWorld();
    world.pullRequest.change((state) => (state.workItems = []));
    world.hook();
    await world.drain();
    succeed(world);
    world.connections.put({ ...connection, identities: [successor, bot] });
    await hookLater(world);
    const summaries = world.azureDevOps.recorded.summaries();
    expect(summaries.map(({ status, comments }) => [comments[0]?.author.id, status])).toEqual([
      [bot.id, 'closed'],
      [successor.id, 'active'],
    ]);
    expect(world.verdict()?.author.id).toBe(successor.id);
  });
});
