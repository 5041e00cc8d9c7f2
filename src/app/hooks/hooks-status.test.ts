import type { HookSubscription } from '../ports';
import { ALL_RIGHTS, createFakeServiceHooks, NO_RIGHTS } from '../testing/fake-service-hooks';
import { createFakeLog, createFakeSecrets } from '../testing/fake-stores';
import { bot, connection, mallory } from '../testing/samples';
import { createTestClock } from '../testing/test-clock';
import { createWire } from '../testing/wire';

import { readHooksStatus, type HookLine, type HooksStatus } from './hooks-status';
import { syncHooks } from './sync-hooks';

const present = { ...connection, publicUrl: 'https://gate.example' };
const password = 'a-password';

async function createHooks() {
  const wire = createWire(createTestClock());
  const service = createFakeServiceHooks(wire);
  const secrets = createFakeSecrets(wire);
  secrets.rotateHookSecrets(connection.id, [password]);
  for (const { id } of service.projects) service.setRights(bot.id, id, ALL_RIGHTS);
  const hooks = service.open(bot);
  const { port: log } = createFakeLog();
  const wanted = { connectionId: connection.id, publicUrl: present.publicUrl, password };
  await syncHooks({ hooks, projects: service.projects, isTimeLeft: () => true, log }, wanted);
  const status = (): Promise<HooksStatus> => readHooksStatus(hooks, secrets.port, present);
  return { service, secrets, status };
}

/** The lines that are not in place, of the one project. */
const troubles = ({ places }: HooksStatus): HookLine[] =>
  places.flatMap(({ lines }) => lines).filter(({ state }) => state !== 'inPlace');

test('all in place is fine, by project', async () => {
  const { status } = await createHooks();
  const found = await status();
  expect(found).toMatchObject({ mode: 'projects', ok: true, remedy: null, account: 'Portcullis' });
  expect(found.places.map(({ project, lines }) => [project, lines.length])).toEqual([['Shop', 4]]);
});

test.each<[string, (one: HookSubscription) => void, string]>([
  [
    'another host, where the password may have been sent',
    (one) => (one.consumerInputs['url'] = 'https://evil.example/api/service-hooks/con-contoso'),
    'posts to evil.example: portcullis hooks rotate makes a password that was sent there worthless',
  ],
  ['a former password', (one) => (one.consumerInputs['basicAuthUsername'] = 'portcullis'), 'carries a former password'],
  ['a filter', (one) => (one.publisherInputs['branch'] = 'x'), 'is narrowed by a filter'],
  [
    'somebody who disabled it',
    (one) => Object.assign(one, { status: 'disabledByUser', changedBy: mallory }),
    'was disabled by Mallory',
  ],
  [
    'the system, which disabled it',
    (one) => (one.status = 'disabledBySystem'),
    'was disabled by Azure DevOps after deliveries that failed for 36 hours',
  ],
  [
    'its owner',
    (one) => (one.status = 'disabledByInactiveIdentity'),
    'was disabled: its owner is inactive or lacks permissions',
  ],
  ['somebody else, whose it is', (one) => (one.owner = mallory), "belongs to Mallory, not to Portcullis' account"],
])('what is wrong is said: %s', async (_, spoil, clause) => {
  const { service, status } = await createHooks();
  const [one] = service.recorded.subscriptions;
  if (one) spoil(one);
  const found = await status();
  expect(found).toMatchObject({ ok: false, remedy: 'portcullis hooks sync' });
  expect(troubles(found)).toMatchObject([{ eventType: one?.eventType, state: 'wrong' }]);
  expect(troubles(found)[0]?.faults).toContain(clause);
});

test('a missing one, one beside it, and one on probation with its times', async () => {
  const { service, status } = await createHooks();
  const { subscriptions } = service.recorded;
  const missing = subscriptions.shift();
  const [double, probation] = subscriptions;
  if (!double || !probation) throw new Error('there are three');
  subscriptions.push({ ...structuredClone(double), id: 'zz' });
  probation.status = 'onProbation';
  probation.probation = { retries: 2, lastRetryAt: new Date('2026-10-01T13:00:00Z') };
  const found = await status();
  expect(troubles(found)).toEqual([
    { eventType: missing?.eventType, state: 'missing', faults: [], probation: null },
    {
      eventType: probation.eventType,
      state: 'onProbation',
      faults: [],
      probation: {
        retries: 2,
        since: new Date('2026-10-01T12:00:00Z'),
        nextRetryAt: new Date('2026-10-01T14:20:00Z'),
      },
    },
    {
      eventType: double.eventType,
      state: 'unwanted',
      faults: ['is there beside the one that is wanted'],
      probation: null,
    },
  ]);
});

test('probation alone is mended by nobody', async () => {
  const { service, status } = await createHooks();
  for (const one of service.recorded.subscriptions) one.status = 'onProbation';
  expect(await status()).toMatchObject({ ok: false, remedy: null });
});

test('where the account may not look, nothing is called missing', async () => {
  const { service, status } = await createHooks();
  for (const { id } of service.projects) service.setRights(bot.id, id, NO_RIGHTS);
  const found = await status();
  expect(found).toMatchObject({ ok: false, remedy: 'portcullis hooks grant, then portcullis hooks sync' });
  expect(new Set(troubles(found).map(({ state, faults }) => `${state}: ${faults.join()}`))).toEqual(
    new Set(["unknown: Portcullis' account may not view and edit subscriptions there"]),
  );
});
