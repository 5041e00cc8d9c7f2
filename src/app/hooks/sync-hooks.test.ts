import { Failure } from '../../core/failures';
import type { HookSubscription, Log } from '../ports';
import { ALL_RIGHTS, createFakeServiceHooks, NO_RIGHTS } from '../testing/fake-service-hooks';
import { createFakeLog } from '../testing/fake-stores';
import { bot, mallory } from '../testing/samples';
import { createTestClock } from '../testing/test-clock';
import { createWire } from '../testing/wire';

import { syncHooks, type SyncedHooks } from './sync-hooks';
import { EVENT_TYPES, hookUserName, wantedSubscriptions } from './wanted-hooks';

const wanted = { connectionId: 'con-contoso', publicUrl: 'https://gate.example', password: 'a-password' };
const shop = { id: 'd0700000-0000-4000-8000-000000000005', name: 'Shop' };
const bank = { id: 'd0700000-0000-4000-8000-000000000006', name: 'Bank' };

function createOrganization({ atRoot = false } = {}) {
  const wire = createWire(createTestClock());
  const service = createFakeServiceHooks(wire);
  if (atRoot) service.setRights(bot.id, '', ALL_RIGHTS);
  else for (const { id } of [shop, bank]) service.setRights(bot.id, id, ALL_RIGHTS);
  const log = createFakeLog();
  const sync = (over: Partial<typeof wanted> = {}, isTimeLeft = () => true): Promise<SyncedHooks> =>
    syncHooks(
      { hooks: service.open(bot), projects: [shop, bank], isTimeLeft, log: log.port satisfies Log },
      { ...wanted, ...over },
    );
  const subscriptions = (): HookSubscription[] => service.recorded.subscriptions;
  const places = (): string[] =>
    subscriptions()
      .map(({ publisherInputs, eventType }) => `${publisherInputs['projectId'] ?? ''} ${eventType}`)
      .sort();
  return { wire, service, log, sync, subscriptions, places };
}

const everywhere = (...projectIds: string[]): string[] =>
  projectIds.flatMap((id) => EVENT_TYPES.map((eventType) => `${id} ${eventType}`)).sort();

/** A subscription as the admin made it with a former release. */
const ofAdmin = (projectId: string): HookSubscription[] =>
  wantedSubscriptions(wanted, projectId).map((body, index) => ({
    ...body,
    id: `admin-${projectId}-${index}`,
    consumerActionId: 'httpRequest',
    status: 'enabled',
    owner: mallory,
    changedBy: mallory,
    probation: { retries: 0, lastRetryAt: null },
  }));

test('what is missing is created in each project; a second time nothing is written', async () => {
  const { sync, service, places } = createOrganization();
  expect(await sync()).toMatchObject({ mode: 'projects', changes: { created: 8 }, refused: [], isDone: true });
  expect(places()).toEqual(everywhere(shop.id, bank.id));
  const { writes } = service.recorded;
  expect(await sync()).toMatchObject({ changes: { created: 0, repaired: 0, removed: 0 }, unchanged: 8 });
  expect(service.recorded.writes).toBe(writes);
});

test('with the rights at the root one set serves all projects', async () => {
  const { sync, places } = createOrganization({ atRoot: true });
  expect(await sync()).toMatchObject({ mode: 'organization', changes: { created: 4 } });
  expect(places()).toEqual(everywhere(''));
  expect(await sync()).toMatchObject({ changes: { created: 0, repaired: 0, removed: 0 }, unchanged: 4 });
});

test('from projects to all projects and back there is never a gap, and no double is left', async () => {
  const { sync, service, places, wire, subscriptions } = createOrganization();
  await sync();
  service.setRights(bot.id, '', ALL_RIGHTS);
  const gaps: string[] = [];
  const watch = (): void => {
    for (const eventType of EVENT_TYPES) {
      const of = (id: string) =>
        subscriptions().some((each) => each.eventType === eventType && each.publisherInputs['projectId'] === id);
      if (!of('') && !(of(shop.id) && of(bank.id))) gaps.push(eventType);
    }
  };
  for (let time = 0; time < 20; time += 1) wire.meanwhile('hooks.remove', watch);
  await sync();
  expect(places()).toEqual(everywhere(''));
  service.setRights(bot.id, '', { view: true, edit: false });
  await sync();
  watch();
  expect(gaps).toEqual([]);
  const after = await sync();
  expect(after).toMatchObject({ mode: 'projects', changes: { created: 0, repaired: 0, removed: 0 } });
  expect(after.refused).toEqual([
    {
      project: 'all projects',
      reason:
        'Portcullis may not edit subscriptions for all projects, of which there are some: run portcullis hooks grant.',
    },
  ]);
});

test('one project that denies what it has of old does not give every project a set of its own', async () => {
  const { sync, service, places } = createOrganization();
  await sync();
  service.setRights(bot.id, '', ALL_RIGHTS);
  service.deny(bot.id, bank.id);
  for (const created of [4, 0]) {
    expect(await sync()).toMatchObject({ mode: 'organization', changes: { created }, refused: [{ project: 'Bank' }] });
  }
  expect(places()).toEqual([...everywhere(''), ...everywhere(bank.id)].sort());
});

describe('what was changed is repaired', () => {
  test.each<[string, (one: HookSubscription) => void]>([
    ['another host', (one) => (one.consumerInputs['url'] = 'https://evil.example/api/service-hooks/con-contoso')],
    ['another user name', (one) => (one.consumerInputs['basicAuthUsername'] = 'portcullis')],
    ['no password', (one) => (one.consumerInputs['basicAuthPassword'] = '')],
    ['fewer details', (one) => (one.consumerInputs['resourceDetailsToSend'] = 'minimal')],
    ['messages', (one) => (one.consumerInputs['messagesToSend'] = 'all')],
    ['untrusted certificates', (one) => (one.consumerInputs['acceptUntrustedCerts'] = 'true')],
    ['a header', (one) => (one.consumerInputs['httpHeaders'] = 'Authorization:Basic eA==')],
    ['another version', (one) => (one.resourceVersion = 'latest')],
    ['a branch', (one) => (one.publisherInputs['branch'] = 'refs/heads/never')],
    ['a repository', (one) => (one.publisherInputs['repository'] = 'a-repository')],
    ['an author', (one) => (one.publisherInputs['pullrequestCreatedBy'] = 'nobody')],
    ['a reviewer', (one) => (one.publisherInputs['pullrequestReviewersContains'] = 'nobody')],
    ['an unseen hand, which may have changed the password', (one) => (one.changedBy = mallory)],
    ['having been disabled by somebody', (one) => (one.status = 'disabledByUser')],
    ['having been disabled by the system', (one) => (one.status = 'disabledBySystem')],
    ['an inactive owner', (one) => (one.status = 'disabledByInactiveIdentity')],
    ['a status that is new', (one) => (one.status = 'paused')],
  ])('%s', async (_, spoil) => {
    const { sync, subscriptions } = createOrganization();
    await sync();
    const before = structuredClone(subscriptions());
    const [one] = subscriptions();
    if (one) spoil(one);
    expect(await sync()).toMatchObject({ changes: { created: 0, repaired: 1, removed: 0 }, unchanged: 7 });
    expect(subscriptions()).toEqual(before);
  });

  test('one on probation is left to the service', async () => {
    const { sync, subscriptions } = createOrganization();
    await sync();
    for (const one of subscriptions()) one.status = 'onProbation';
    expect(await sync()).toMatchObject({ changes: { repaired: 0 }, unchanged: 8 });
  });

  test('one that the service does not enable again is replaced', async () => {
    const { sync, subscriptions, service, places } = createOrganization();
    await sync();
    const [one] = subscriptions();
    if (one) one.status = 'disabledByInactiveIdentity';
    service.spoil = (written) => (written.status = 'disabledByInactiveIdentity');
    expect(await sync()).toMatchObject({ changes: { created: 1, removed: 1 } });
    expect(places()).toEqual(everywhere(shop.id, bank.id));
    expect(subscriptions().every(({ status }) => status === 'enabled')).toBe(true);
  });

  test('one that was deleted, and one deleted between the look and the repair', async () => {
    const { sync, subscriptions, places, wire } = createOrganization();
    await sync();
    subscriptions().shift();
    const [one] = subscriptions();
    if (one) one.status = 'disabledByUser';
    wire.meanwhile('hooks.update', () => subscriptions().shift());
    await sync();
    expect(places()).toEqual(everywhere(shop.id, bank.id));
  });
});

test("subscriptions of the admin's are replaced by our own, then removed; doubles go", async () => {
  const { sync, subscriptions, places } = createOrganization();
  subscriptions().push(...ofAdmin(shop.id), ...ofAdmin(shop.id).map((each) => ({ ...each, id: `${each.id}-again` })));
  expect(await sync()).toMatchObject({ changes: { created: 8, repaired: 0, removed: 8 } });
  expect(places()).toEqual(everywhere(shop.id, bank.id));
  expect(subscriptions().every(({ owner }) => owner.id === bot.id)).toBe(true);
  const [one] = subscriptions();
  if (one) subscriptions().push({ ...structuredClone(one), id: '00000000-0000-4000-9000-00000000ffff' });
  expect(await sync()).toMatchObject({ changes: { created: 0, repaired: 0, removed: 1 }, unchanged: 8 });
});

test('what merely posts to the same host is never touched', async () => {
  const { sync, subscriptions, service } = createOrganization({ atRoot: true });
  const foreign = ofAdmin(shop.id).map((each, index) => ({
    ...each,
    consumerInputs: {
      ...each.consumerInputs,
      url:
        [
          'https://gate.example/api/service-hooks/con-other',
          'https://gate.example/api/service-hooks/con-contoso-2',
          'https://gate.example/elsewhere?/api/service-hooks/con-contoso',
          'not an address',
        ][index] ?? '',
    },
  }));
  subscriptions().push(...structuredClone(foreign));
  await sync();
  expect(subscriptions()).toEqual(expect.arrayContaining(foreign));
  expect(service.recorded.writes).toBe(4);
});

describe('rights', () => {
  test('a project where the account may not is named, with the command, and the others go on', async () => {
    const { sync, service, places } = createOrganization();
    service.setRights(bot.id, bank.id, { view: false, edit: true });
    const { refused, changes } = await sync();
    expect(changes).toEqual({ created: 4, repaired: 0, removed: 0 });
    expect(refused).toEqual([
      { project: 'Bank', reason: 'Portcullis may not view subscriptions there: run portcullis hooks grant.' },
    ]);
    await sync();
    expect(places()).toEqual(everywhere(shop.id));
  });

  test('without any right nothing is created', async () => {
    const { sync, service } = createOrganization();
    for (const { id } of [shop, bank]) service.setRights(bot.id, id, NO_RIGHTS);
    const { refused } = await sync();
    expect(refused.map(({ project }) => project)).toEqual(['Shop', 'Bank']);
    expect(refused[0]?.reason).toContain('may not view and edit subscriptions');
    expect(service.recorded.writes).toBe(0);
  });

  test('what was created and is not seen then is said, before it is created again', async () => {
    const { service } = createOrganization();
    const hooks = { ...service.open(bot), list: () => Promise.resolve([]) };
    const { port: log } = createFakeLog();
    const sync = syncHooks({ hooks, projects: [shop], isTimeLeft: () => true, log }, wanted);
    await expect(sync).rejects.toMatchObject({ kind: 'permissionMissing', mayHaveApplied: true });
    await expect(sync).rejects.toThrow('portcullis hooks grant');
  });

  test('a service that takes no set for all projects gets one for each', async () => {
    const { sync, wire, places } = createOrganization({ atRoot: true });
    wire.fail('hooks.create', 'before', new Failure({ kind: 'unexpected', message: 'projectId is required' }), 4);
    expect(await sync()).toMatchObject({ mode: 'projects', refused: [], changes: { created: 8 } });
    expect(places()).toEqual(everywhere(shop.id, bank.id));
  });

  test('what a project refuses to create keeps what it had', async () => {
    const { sync, wire, subscriptions } = createOrganization();
    subscriptions().push(...ofAdmin(shop.id));
    wire.fail('hooks.create', 'before', new Failure({ kind: 'unexpected', message: 'The URL is not valid.' }), 8);
    const { refused, changes } = await sync();
    expect(refused.map(({ project, reason }) => `${project}: ${reason}`)).toEqual([
      'Shop: The URL is not valid.',
      'Bank: The URL is not valid.',
    ]);
    expect(changes).toEqual({ created: 0, repaired: 0, removed: 0 });
    expect(subscriptions()).toHaveLength(4);
  });
});

test('after a crash at any call, running again leaves what one run leaves', async () => {
  const whole = createOrganization();
  whole.subscriptions().push(...ofAdmin(shop.id));
  await whole.sync();
  for (let call = 1; call <= whole.wire.calls.length; call += 1) {
    for (const when of ['before', 'after'] as const) {
      const { wire, sync, places, subscriptions } = createOrganization();
      subscriptions().push(...ofAdmin(shop.id));
      wire.crash(call, when);
      await expect(sync()).rejects.toThrow('died');
      wire.restart();
      await sync();
      expect(places()).toEqual(everywhere(shop.id, bank.id));
      expect(subscriptions().every(({ owner }) => owner.id === bot.id)).toBe(true);
    }
  }
});

test('when time runs out the next run does the rest', async () => {
  const { sync, places, subscriptions } = createOrganization();
  subscriptions().push(...ofAdmin(shop.id));
  let left = 3;
  const brief = (): boolean => (left -= 1) >= 0;
  expect(await sync({}, brief)).toMatchObject({ isDone: false, changes: { created: 3, removed: 0 } });
  expect(await sync()).toMatchObject({ isDone: true, changes: { created: 5, removed: 4 } });
  expect(places()).toEqual(everywhere(shop.id, bank.id));
});

test('the password stands in no log line, and the user name tells which one it is', async () => {
  const { sync, log, subscriptions } = createOrganization();
  await sync();
  expect(JSON.stringify(log.recorded.entries)).not.toContain(wanted.password);
  expect(subscriptions()[0]?.consumerInputs['basicAuthUsername']).toBe(hookUserName('con-contoso', wanted.password));
  expect(await sync({ password: 'the-next' })).toMatchObject({ changes: { repaired: 8 }, hadOtherPassword: true });
});
