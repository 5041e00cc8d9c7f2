import { Failure } from '../core/failures';
import { pullRequestMessage, sessionId, sweepMessage } from '../core/messages';

import { bot, connection, key, mallory } from './testing/samples';
import { BOT_PAT, createWorld, type World } from './testing/world';

const expiresOn = new Date('2027-09-01T00:00:00Z');
const OWN_PAT = 'own-pat';
const ELSEWHERE = { id: '7d0f7a2c-0000-4000-8000-00000000000b', name: 'Elsewhere' };
const FAILED = 'failed';

/** The pull request's project, or another one, has a PAT of its own, which belongs to somebody else. */
async function create(isOwn = true): Promise<World> {
  const world = createWorld();
  const project = isOwn ? world.pullRequest.seen(0).details.project : ELSEWHERE;
  const own = { projectId: project.id, projectName: project.name, expiresOn, accountId: mallory.id };
  world.connections.put({ ...connection, identities: [bot, mallory], projectPats: [own] });
  await world.secrets.port.savePat(connection.id, OWN_PAT, expiresOn, project.id);
  world.azureDevOps.accounts.set(OWN_PAT, mallory);
  world.pullRequest.change((state) => (state.workItems = []));
  return world;
}

const row = (world: World) => world.connections.recorded.rows()[0];
const author = (world: World) => world.azureDevOps.recorded.summaries()[0]?.comments[0]?.author.id;
const logged = (world: World): string[] => world.log.recorded.entries.map(({ message }) => message);
const reads = (world: World, secret: string): string[] => world.azureDevOps.recorded.askedWith(secret);
async function judged(world: World): Promise<void> {
  world.clock.advance(60);
  world.hook();
  await world.drain();
}

describe('a project with a PAT of its own', () => {
  test('is judged with that one, by its account', async () => {
    const world = await create();
    await judged(world);
    expect(world.verdict()).toMatchObject({ state: FAILED, author: mallory });
    expect(author(world)).toBe(mallory.id);
    expect(row(world)).toMatchObject({ broken: null, identities: [bot, mallory] });
    expect(reads(world, BOT_PAT)).toEqual(['findRepository']);
  });

  test('is judged when the connection does not see it', async () => {
    const world = await create();
    world.azureDevOps.visibleProjects.set(BOT_PAT, []);
    await judged(world);
    expect(world.verdict()).toMatchObject({ state: FAILED, author: mallory });
  });

  test('lends its PAT to no other project', async () => {
    const world = await create(false);
    await judged(world);
    expect(author(world)).toBe(bot.id);
    expect(reads(world, OWN_PAT)).toEqual([]);
  });
});

describe('while the connection’s own credential is refused, and is known to be', () => {
  async function createBroken(isOwn = true): Promise<World> {
    const world = await create(isOwn);
    world.azureDevOps.accounts.delete(BOT_PAT);
    const broken = { since: world.clock.now(), reason: 'It has ended.' };
    world.connections.put({ ...connection, ...row(world), broken });
    return world;
  }

  test('the project is judged all the same', async () => {
    const world = await createBroken();
    await judged(world);
    expect(world.verdict()).toMatchObject({ state: FAILED, author: mallory });
    world.pullRequest.change(({ details }) => (details.title = 'wip'));
    await judged(world);
    expect(world.verdict()?.description).toContain('2 of 3');
    expect(row(world)?.broken).not.toBeNull();
    // One probe for each message: both hooks left a settling one.
    expect(reads(world, BOT_PAT)).toEqual(Array(4).fill('readMyself'));
  });

  test('the project is swept, and nothing is forgotten of the others', async () => {
    const world = await createBroken();
    await world.sweep();
    expect(world.verdict()).toMatchObject({ state: FAILED, author: mallory });
    expect(reads(world, OWN_PAT)).toContain('readActivePullRequests');
    const other = { ...key, repositoryId: '00000000-0000-4000-8000-0000000000aa' };
    await world.ledger.port.begin(other, 'earlier');
    world.clock.advance(30 * 86_400);
    await world.sweep();
    expect((await world.ledger.port.list(connection.id)).map(({ repositoryId }) => repositoryId)).toContain(
      other.repositoryId,
    );
  });

  test('other projects are left, with one probe and one question to each project with a PAT', async () => {
    const world = await createBroken(false);
    world.azureDevOps.visibleProjects.set(OWN_PAT, [ELSEWHERE.id]);
    await judged(world);
    expect(world.verdict()).toBeUndefined();
    expect(logged(world)).toContain('A message was left: its connection is broken, or being disconnected');
    expect(reads(world, BOT_PAT)).toEqual(['readMyself']);
    expect(reads(world, OWN_PAT)).toEqual(['readRepository']);
  });

  test('a sweep that finds it out goes on with the projects that have PATs', async () => {
    const world = await create();
    world.azureDevOps.accounts.delete(BOT_PAT);
    await world.sweep();
    expect(row(world)?.broken).not.toBeNull();
    expect(world.verdict()).toMatchObject({ state: FAILED, author: mallory });
  });
});

describe('a PAT of a project that is refused', () => {
  test('breaks nothing else, and is told with what to do', async () => {
    const world = await create();
    world.azureDevOps.accounts.delete(OWN_PAT);
    await judged(world);
    expect(row(world)?.broken).toBeNull();
    expect(world.deadLetters.recorded.letters()[0]?.description).toMatch(
      /PAT of project .*pat rotate contoso --project/,
    );
    // Nor does the connection's account speak in its place: branch policies would not take it from that one.
    expect(world.azureDevOps.recorded.statuses()).toEqual([]);
  });

  const refuse = (world: World) => void world.azureDevOps.accounts.delete(OWN_PAT);
  const hide = (world: World) => void world.azureDevOps.visibleProjects.set(OWN_PAT, []);
  test.each([
    ['refused', 'the sweep of everything', refuse, {}],
    ['refused', 'a sweep of the project', refuse, { projectId: '' }],
    ['not let in', 'the sweep of everything', hide, {}],
  ])('or %s, is told by %s, which breaks nothing either', async (_, __, make, part) => {
    const world = await create();
    make(world);
    const { project } = world.pullRequest.seen(0).details;
    const message = sweepMessage(connection.id, true, 'projectId' in part ? { projectId: project.id } : {});
    world.queue.put(message, { messageId: 'a sweep', session: `sweep/${connection.id}`, dueIn: 0 });
    await world.drain();
    expect(row(world)?.broken).toBeNull();
    expect(logged(world).filter((each) => each.startsWith('A project was not swept'))).toHaveLength(1);
  });

  test('is replaced, and all is judged', async () => {
    const world = await create();
    const { project } = world.pullRequest.seen(0).details;
    world.azureDevOps.accounts.delete(OWN_PAT);
    await judged(world);
    await world.secrets.port.savePat(connection.id, 'next-pat', expiresOn, project.id);
    world.azureDevOps.accounts.set('next-pat', mallory);
    await world.sweep();
    expect(world.verdict()).toMatchObject({ state: FAILED, author: mallory });
  });
});

describe('used there alone', () => {
  const dependsOn = (number: number, projectId: string, title: string) => (world: World) => {
    const { details } = world.pullRequest.seen(0);
    const project = { id: projectId, name: projectId === details.project.id ? details.project.name : 'Elsewhere' };
    const place = projectId === details.project.id ? '' : `Elsewhere/${details.repository.name}`;
    world.configure({ gates: { 'depends-on': { mode: 'block' } } });
    world.pullRequest.change(({ details }) => (details.description = `Depends-On: ${place}!${number}`));
    world.azureDevOps.others.set(number, { ...details, id: number, title, description: '', project });
  };
  const summary = (world: World): string => world.azureDevOps.recorded.summaries()[0]?.comments[0]?.content ?? '';

  test('what a pull request waits for in its own project is read with the project’s PAT', async () => {
    const world = await create();
    dependsOn(9, world.pullRequest.seen(0).details.project.id, 'feat: first')(world);
    await judged(world);
    expect(summary(world)).toContain('feat: first');
    expect(reads(world, BOT_PAT)).toEqual(['findRepository']);
  });

  test('in another, with the connection’s credential', async () => {
    const world = await create();
    dependsOn(9, ELSEWHERE.id, 'feat: first')(world);
    await judged(world);
    expect(summary(world)).toContain('feat: first');
    expect(reads(world, OWN_PAT)).not.toContain('findPullRequest');
    expect(reads(world, BOT_PAT)).toContain('findPullRequest');
  });

  test.each([
    ['does not see it', (world: World) => void world.azureDevOps.visibleProjects.set(BOT_PAT, []), 'no pull request'],
    ['is refused', (world: World) => void world.azureDevOps.accounts.delete(BOT_PAT), 'connection contoso is refused'],
  ])('and not at all where that one %s', async (_, make, says) => {
    const world = await create();
    make(world);
    dependsOn(9, ELSEWHERE.id, 'feat: a secret title')(world);
    await judged(world);
    expect(world.verdict()?.author).toEqual(mallory);
    expect(summary(world)).toContain(says);
    expect(summary(world)).not.toContain('secret');
    expect(reads(world, OWN_PAT)).not.toContain('findPullRequest');
    expect(row(world)?.broken).toBeNull();
  });

  test('groups of other projects are read with the connection’s credential', async () => {
    const world = await create();
    const { name } = world.pullRequest.seen(0).details.project;
    for (const group of [`[${name}]\\Reviewers`, '[Elsewhere]\\Owners']) {
      world.azureDevOps.groups.set(group.toLowerCase(), { id: group, name: group, memberIds: [] });
    }
    world.configure({
      gates: {
        reviewers: {
          mode: 'block',
          groups: [{ group: `[${name}]\\Reviewers` }, { group: '[Elsewhere]\\Owners' }],
        },
      },
    });
    await judged(world);
    // The message and the settling one.
    for (const pat of [OWN_PAT, BOT_PAT]) {
      expect(reads(world, pat).filter((each) => each === 'readGroup')).toHaveLength(2);
    }
  });

  test('a repository that was moved into another project is judged with what is used there', async () => {
    const world = await create();
    await judged(world);
    expect(world.verdict()?.author).toEqual(mallory);
    world.pullRequest.change(({ details }) => {
      details.project = ELSEWHERE;
      details.title = 'wip';
    });
    const before = world.azureDevOps.recorded.writes().length;
    await judged(world);
    expect(world.verdict()).toMatchObject({ author: bot, description: expect.stringContaining('2 of 3') });
    expect(world.azureDevOps.recorded.writes().length).toBeGreaterThan(before);
    expect(reads(world, OWN_PAT).filter((each) => each === 'postStatus')).toHaveLength(1);
  });

  test('a repository that was moved into the project is judged with its PAT from then on', async () => {
    const world = await create(false);
    await judged(world);
    expect(world.verdict()?.author).toEqual(bot);
    world.pullRequest.change(({ details }) => {
      details.project = ELSEWHERE;
      details.title = 'wip';
    });
    await judged(world);
    expect(world.verdict()?.author).toEqual(mallory);
  });

  test('a forged message about a repository of another project is not worked on with the project’s PAT', async () => {
    const world = await create();
    const repositoryId = '00000000-0000-4000-8000-0000000000aa';
    const forged = { ...key, repositoryId };
    world.queue.put(pullRequestMessage(forged, 'hook'), { messageId: 'forged', session: sessionId(forged), dueIn: 0 });
    await world.drain();
    expect(reads(world, OWN_PAT).filter((each) => each !== 'readRepository')).toEqual([]);
  });
});

describe('what cannot be judged is told', () => {
  const forbidden = new Failure({ kind: 'permissionMissing', message: 'The account may not.', remedy: 'needs Read' });

  test('by the project’s account, where that alone sees it', async () => {
    const world = await create();
    world.azureDevOps.visibleProjects.set(BOT_PAT, []);
    world.wire.fail('createThread', 'before', forbidden);
    world.wire.fail('readChanges', 'before', forbidden);
    await judged(world);
    expect(world.verdict()).toMatchObject({ state: 'error', author: mallory });
  });

  test('also when the queue gave it up', async () => {
    const world = await create();
    world.azureDevOps.visibleProjects.set(BOT_PAT, []);
    const message = pullRequestMessage(key, 'hook');
    await world.consumers.deadLetter(message, { messageId: 'dead', enqueuedTimeUtc: world.clock.now().toISOString() });
    expect(world.verdict()).toMatchObject({ state: 'error', author: mallory });
  });
});
