import type { Connection } from './ports';
import { bot, connection } from './testing/samples';
import { createWorld, type World } from './testing/world';

const DAY = 24 * 3_600;
const ENDS = 'A PAT ends soon: renew it with portcullis pat rotate';

/** A world whose PAT ends in so many days, judged once. */
async function endingIn(days: number, over: Partial<Connection> = {}): Promise<World> {
  const world = createWorld();
  world.azureDevOps.accounts.set('a-token', bot);
  const expiresOn = new Date(world.clock.now().getTime() + days * DAY * 1_000);
  world.connections.put({ ...connection, credential: { kind: 'pat', expiresOn }, ...over });
  world.pullRequest.change((state) => (state.workItems = []));
  world.hook();
  await world.drain();
  return world;
}

const warned = ({ log }: World): unknown[] =>
  log.recorded.entries.flatMap(({ level, message, fields }) => (level === 'warn' && message === ENDS ? [fields] : []));
const summary = ({ azureDevOps }: World): string => azureDevOps.recorded.summaries()[0]?.comments[0]?.content ?? '';
/** A sweep so many days later, and a look at everything. */
async function daysLater(world: World, days: number): Promise<void> {
  world.clock.advance(days * DAY);
  await world.sweep();
}

test('each step is warned of once, in the log and below the summary', async () => {
  const world = await endingIn(31);
  await world.sweep();
  expect(warned(world)).toEqual([]);
  const before = summary(world);
  expect(before).not.toContain('PAT');

  const steps: number[] = [];
  for (let day = 1; day <= 30; day += 1) {
    await daysLater(world, 0.999);
    steps.push(
      ...warned(world)
        .flatMap((fields) => (fields as { days: number }).days)
        .slice(steps.length),
    );
  }
  expect(steps).toEqual([30, 14, 7, 3, 1]);
  expect(warned(world)[0]).toMatchObject({ connectionId: connection.id, days: 30, endsOn: expect.any(String) });
  expect(summary(world).startsWith(before)).toBe(true);
  expect(summary(world)).toMatch(/ends on \d{4}-\d{2}-\d{2}, within 1 day; .*`portcullis pat rotate contoso`\.$/);
});

test('the summary changes with the steps, and not from day to day', async () => {
  const world = await endingIn(29);
  await daysLater(world, 0.1);
  const first = summary(world);
  expect(first).toContain('within 30 days');
  const writes = (): number => world.azureDevOps.recorded.writes().filter((write) => write === 'updateComment').length;
  const before = writes();
  for (let day = 1; day <= 10; day += 1) await daysLater(world, 1);
  expect(summary(world)).toBe(first);
  expect(writes()).toBe(before);
  await daysLater(world, 6);
  expect(summary(world)).toContain('within 14 days');
  expect(writes()).toBe(before + 1);
});

test('a new PAT takes the sentence away, and is warned of anew when its time comes', async () => {
  const world = await endingIn(6);
  await daysLater(world, 0.1);
  expect(summary(world)).toContain('within 7 days');
  const expiresOn = new Date(world.clock.now().getTime() + 8 * DAY * 1_000);
  await world.connections.port.change(connection.id, (present) => ({
    ...present,
    credential: { kind: 'pat', expiresOn },
  }));
  await daysLater(world, 0.5);
  expect(summary(world)).toContain('within 14 days');
  expect(warned(world)).toHaveLength(2);
  expect(world.connections.recorded.rows()[0]?.expiryWarnings).toEqual([{ projectId: null, expiresOn, days: 14 }]);
});

test('the PAT of a project is warned of by itself, in the pull requests of that project alone', async () => {
  const world = createWorld();
  const { project } = world.pullRequest.seen(0).details;
  const soon = new Date(world.clock.now().getTime() + 2 * DAY * 1_000);
  const own = { projectId: project.id, projectName: 'Sh`op $(x)', expiresOn: soon, accountId: bot.id };
  world.connections.put({ ...connection, projectPats: [own, { ...own, projectId: 'another' }] });
  await world.secrets.port.savePat(connection.id, 'bot-pat', soon, project.id);
  world.pullRequest.change((state) => (state.workItems = []));
  world.hook();
  await world.drain();
  await daysLater(world, 0.1);
  expect(warned(world)).toMatchObject([
    { connectionId: connection.id, projectId: project.id, days: 3 },
    { connectionId: connection.id, projectId: 'another', days: 3 },
  ]);
  // What a shell would not take as it is, is not offered to be pasted.
  expect(summary(world)).toContain(`\`portcullis pat rotate contoso --project ${project.id}\``);
});

test('the managed identity, and a PAT whose end nobody wrote down, are warned of by nobody', async () => {
  for (const credential of [{ kind: 'managedIdentity' }, { kind: 'pat', expiresOn: null }] as const) {
    const world = await endingIn(5, { credential });
    await daysLater(world, 0.1);
    expect(warned(world)).toEqual([]);
    expect(world.wire.calls.filter((call) => call === 'connections.change')).toEqual([]);
  }
});

test('a pull request of which no summary is wanted gets none for this', async () => {
  const world = createWorld();
  const expiresOn = new Date(world.clock.now().getTime() + DAY * 1_000);
  world.connections.put({ ...connection, credential: { kind: 'pat', expiresOn } });
  await world.sweep();
  world.hook();
  await world.drain();
  expect(world.verdict()?.state).toBe('succeeded');
  expect(world.azureDevOps.recorded.summaries()).toEqual([]);
});

describe('the end of a PAT that a former release did not write down', () => {
  const unknown = { credential: { kind: 'pat', expiresOn: null } } as const;
  const vaultAsked = (world: World): number =>
    world.wire.attempts.filter((call) => call === 'secrets.readStoredPat').length;

  test('is learnt from the vault, and warned of', async () => {
    const world = await endingIn(90, unknown);
    const expiresOn = new Date(world.clock.now().getTime() + 5 * DAY * 1_000);
    await world.secrets.port.savePat(connection.id, 'bot-pat', expiresOn);
    world.wire.fail('secrets.readStoredPat', 'before', new Error('The vault is down.'));
    await world.sweep();
    await world.sweep();
    await world.sweep();
    expect(world.connections.recorded.rows()[0]?.credential).toEqual({ kind: 'pat', expiresOn });
    expect(warned(world)).toHaveLength(1);
    expect(vaultAsked(world)).toBe(2);
  });

  test('is asked for once, where the vault does not know it either', async () => {
    const world = await endingIn(90, unknown);
    await world.sweep();
    await world.sweep();
    expect(vaultAsked(world)).toBe(1);
    expect(world.connections.recorded.rows()[0]?.credential).toEqual(unknown.credential);
  });
});
