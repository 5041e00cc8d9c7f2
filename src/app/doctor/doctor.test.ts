import { Failure } from '../../core/failures';
import { createExamining, goodPolicy, goodSight, troublesOf, type Examining } from '../testing/examining';
import { NO_RIGHTS } from '../testing/fake-service-hooks';
import { bot, connection, key, mallory } from '../testing/samples';

const refused = { ok: false, why: 'refused', code: '401', reason: 'It said no.' } as const;
const unavailable = (message: string) => new Failure({ kind: 'unavailable', message });
const daysFrom = ({ clock }: Examining, days: number): Date => new Date(clock.now().getTime() + days * 86_400_000);
const SUSPENDED = { defaultDisplayName: 'Portcullis (suspended by portcullis)' };

test('where all is well, no line says otherwise, and everything was looked at', async () => {
  const report = await createExamining().examine();
  expect(troublesOf(report)).toEqual([]);
  expect(report.state).toBe('ok');
  expect(new Set(report.lines.map(({ check }) => check))).toEqual(
    new Set([
      'tables',
      'key-vault',
      'queue',
      'dead-letters',
      'reachable',
      'organization',
      'credential',
      'clock',
      'version',
      'account',
      'scope-code',
      'scope-work-items',
      'scope-identity',
      'scopes-to-write',
      'licence',
      'connection',
      'pat-expiry',
      'hook-secret',
      'hooks',
      'last-hook',
      'last-sweep',
      'settings',
      'policy',
    ]),
  );
});

interface Row {
  cause: string;
  make: (examining: Examining) => unknown;
  trouble: string;
  says: RegExp;
}

const policyRow = (
  cause: string,
  trouble: string,
  says: RegExp,
  over: Parameters<typeof goodPolicy>[0],
  settings: Parameters<typeof goodPolicy>[1] = {},
): Row => ({
  cause: `a policy that ${cause}`,
  make: ({ setPolicies }) => setPolicies(goodPolicy(over, settings)),
  trouble: `policy ${trouble}`,
  says,
});

const rows: Row[] = [
  {
    cause: 'a Table Storage that is down',
    make: ({ wire }) => wire.fail('sweeps.last', 'before', unavailable('Table Storage could not be used.')),
    trouble: 'last-sweep unknown',
    says: /could not be learnt when it was swept last\. Table Storage could not be used\./,
  },
  {
    cause: 'a queue that cannot be reached',
    make: ({ wire }) => wire.fail('queueHealth.look', 'before', unavailable('Queue work could not be looked into.')),
    trouble: 'queue broken',
    says: /Queue work could not be looked into.*roles/s,
  },
  {
    cause: 'a queue that nobody works on',
    make: ({ queueHealth, clock }) =>
      Object.assign(queueHealth.sight, { due: 7, oldestDueAt: new Date(clock.now().getTime() - 31 * 60_000) }),
    trouble: 'queue broken',
    says: /oldest of 7 messages in the queue has waited for 31 minutes.*work-queue/s,
  },
  {
    cause: 'a queue that is behind',
    make: ({ queueHealth, clock }) =>
      Object.assign(queueHealth.sight, { due: 1, oldestDueAt: new Date(clock.now().getTime() - 6 * 60_000) }),
    trouble: 'queue warning',
    says: /6 minutes/,
  },
  {
    cause: 'dead letters that nobody records',
    make: ({ queueHealth }) => Object.assign(queueHealth.sight, { dead: 2 }),
    trouble: 'dead-letters warning',
    says: /2 messages in the dead-letter queue are not recorded yet/,
  },
  {
    cause: 'an app setting that is wrong',
    make: ({ wrong }) => wrong.push('The app setting PORTCULLIS_AUDIT_DAYS is no number of days.'),
    trouble: 'app-settings warning',
    says: /PORTCULLIS_AUDIT_DAYS is no number of days.*deploy that again/s,
  },
  {
    cause: 'a dead letter',
    make: ({ deadLetters, clock }) =>
      deadLetters.port.record({
        reference: 'ref-1',
        reason: 'MaxDeliveryCountExceeded',
        description: '',
        messageId: 'hook/1',
        sessionId: 'pr/1',
        enqueuedAt: clock.now(),
        body: '{}',
        key,
      }),
    trouble: 'dead-letters warning',
    says: /There is 1 dead letter, 1 of the last 7 days.*pull request 7 \(reference ref-1, MaxDeliveryCountExceeded\)/,
  },
  {
    cause: 'a PAT that is refused, which is noted on the row, too, and ended',
    make: (examining) => {
      examining.sights.next = { ...goodSight, who: refused };
      const credential = { kind: 'pat', expiresOn: daysFrom(examining, -1) } as const;
      examining.changeConnection({ broken: { since: new Date(0), reason: 'It said no.' }, credential });
      examining.sweeps.recorded.clear();
    },
    trouble: 'credential broken',
    says: /asks to sign in/,
  },
  {
    cause: 'a connection that was broken a moment ago',
    make: ({ changeConnection }) => changeConnection({ broken: { since: new Date(0), reason: 'It said no.' } }),
    trouble: 'connection warning',
    says: /refused at 1970-01-01.*accepted by now/,
  },
  {
    cause: 'a connection that is leaving',
    make: ({ changeConnection }) => changeConnection({ state: 'leaving' }),
    trouble: 'connection warning',
    says: /leaving.*portcullis disconnect contoso/s,
  },
  {
    cause: 'a PAT that ends soon',
    make: (examining) =>
      examining.changeConnection({ credential: { kind: 'pat', expiresOn: daysFrom(examining, 6.5) } }),
    trouble: 'pat-expiry warning',
    says: /in 7 days.*portcullis pat rotate contoso/s,
  },
  {
    cause: 'a PAT of which the end is not known',
    make: ({ changeConnection }) => changeConnection({ credential: { kind: 'pat', expiresOn: null } }),
    trouble: 'pat-expiry warning',
    says: /never written down/,
  },
  {
    cause: 'a project’s PAT that has ended',
    make: (examining) =>
      examining.changeConnection({
        projectPats: [
          { projectId: 'p', projectName: 'Back Office', expiresOn: daysFrom(examining, -1), accountId: null },
        ],
      }),
    trouble: 'pat-expiry broken',
    says: /PAT of project Back Office has ended.*pat rotate contoso --project 'Back Office'/s,
  },
  {
    cause: 'a project’s PAT that is gone from the vault',
    make: (examining) =>
      examining.changeConnection({
        projectPats: [
          { projectId: 'p', projectName: 'Back Office', expiresOn: daysFrom(examining, 90), accountId: null },
        ],
      }),
    trouble: 'project-pat broken',
    says: /PAT of project Back Office could not be taken.*pat rotate "contoso" --project p/s,
  },
  {
    cause: 'no hook secret',
    make: ({ secrets }) => {
      secrets.rotateHookSecrets(connection.id, []);
    },
    trouble: 'hook-secret broken',
    says: /every hook is refused.*portcullis hooks rotate contoso/s,
  },
  {
    cause: 'no subscription at all',
    make: ({ hooks }) => hooks.recorded.subscriptions.splice(0),
    trouble: 'hooks broken',
    says: /Of all projects, 4 service hook subscriptions are not in order, .*: each is missing\..*portcullis hooks sync contoso/s,
  },
  {
    cause: 'a subscription that is missing',
    make: ({ hooks }) => hooks.recorded.subscriptions.shift(),
    trouble: 'hooks broken',
    says: /Of all projects, 1 service hook.*git\.pullrequest\.created is missing.*portcullis hooks sync contoso mends it\./s,
  },
  {
    cause: 'a subscription that somebody sent elsewhere',
    make: ({ hooks }) => {
      const [one] = hooks.recorded.subscriptions;
      if (one) one.consumerInputs['url'] = 'https://evil.example/api/service-hooks/con-contoso';
    },
    trouble: 'hooks broken',
    says: /posts to evil\.example/,
  },
  {
    cause: 'a subscription on probation',
    make: ({ hooks }) => {
      const [one] = hooks.recorded.subscriptions;
      if (one) one.status = 'onProbation';
    },
    trouble: 'hooks warning',
    says: /1 service hook subscription is on probation.*reaches the address/s,
  },
  {
    cause: 'an account that may not look at subscriptions',
    make: ({ hooks }) => {
      hooks.setRights(bot.id, '', NO_RIGHTS);
    },
    trouble: 'hooks broken',
    says: /may not view.*portcullis hooks grant contoso, then portcullis hooks sync contoso mends it\./s,
  },
  {
    cause: 'a timer that stands still',
    make: ({ clock }) => clock.advance(20 * 60),
    trouble: 'last-sweep broken',
    says: /20 minutes ago, although one comes every five minutes/,
  },
  {
    cause: 'a delivery that failed',
    make: ({ serviceHooks, clock }) => {
      serviceHooks.lastDelivery = { at: new Date(clock.now().getTime() - 3 * 3_600_000), result: 'failed' };
    },
    trouble: 'last-hook warning',
    says: /The last service hook, 3 hours ago, could not be delivered\./,
  },
  {
    cause: 'no sweep at all',
    make: ({ sweeps }) => {
      sweeps.recorded.clear();
    },
    trouble: 'last-sweep warning',
    says: /No sweep has gone through yet/,
  },
  {
    cause: 'settings of a project that are wrong',
    make: ({ settings, project }) =>
      settings.put({ kind: 'project', connectionId: connection.id, projectId: project.id }, { gates: { titel: {} } }),
    trouble: 'settings broken',
    says: /settings of project Shop are wrong.*gates\.titel.*settings get --project Shop/s,
  },
  {
    cause: 'settings of a newer release',
    make: ({ configure }) => {
      configure({ schemaVersion: 99 });
    },
    trouble: 'settings broken',
    says: /schemaVersion/,
  },
  {
    cause: 'settings against a lock',
    make: ({ settings, configure }) => {
      settings.put(
        { kind: 'connection', connectionId: connection.id },
        { phase: 'enforce', gates: { size: { maximumLines: 100 } }, lock: ['gates.size'] },
      );
      configure({ gates: { size: { maximumLines: 900 } } });
    },
    trouble: 'settings warning',
    says: /repository Shop\/web, something does not count.*gates\.size\.maximumLines/,
  },
  {
    cause: 'no policy at all',
    make: ({ setPolicies }) => setPolicies(),
    trouble: 'policy broken',
    says: /Nothing requires portcullis\/verdict for pull requests into the default branch of web.*policy install https:\/\/dev\.azure\.example\/contoso\/Shop\/_git\/web/s,
  },
  policyRow('is switched off', 'broken', /Nothing requires.*Policy 40 would, but is switched off\./, {
    isEnabled: false,
  }),
  policyRow('is optional', 'broken', /Policy 40, for the default branch of every repository, is optional/, {
    isBlocking: false,
  }),
  policyRow('is conditional', 'broken', /\(conditional\)/, {}, { policyApplicability: 1 }),
  policyRow('does not reset', 'broken', /does not reset/, {}, { invalidateOnSourceUpdate: false }),
  policyRow('anybody can fulfil', 'broken', /from anybody/, {}, { authorId: null }),
  policyRow(
    'is pinned to somebody else',
    'broken',
    /another identity \(e07.* Portcullis \(b07/,
    {},
    { authorId: mallory.id },
  ),
  policyRow('is misspelt', 'broken', /requires the status "portcullis\/verdikt"/, {}, { statusName: 'verdikt' }),
  {
    cause: 'a policy that asks for a component that there is not',
    make: ({ setPolicies }) => setPolicies(goodPolicy(), goodPolicy({ id: 41 }, { statusName: 'payments' })),
    trouble: 'policy warning',
    says: /Policy 41.*no settings have a component payments/,
  },
  policyRow('is for some paths', 'warning', /certain paths/, {}, { filenamePatterns: ['/src/*'] }),
  {
    cause: 'a policy that is suspended',
    make: ({ setPolicies, azureDevOps }) => {
      const policy = goodPolicy({ isBlocking: false }, SUSPENDED);
      setPolicies(policy);
      azureDevOps.policyRevisions.set(40, [
        { policy, by: 'Ada Admin', at: '2026-11-20T10:00:00Z' },
        { policy: goodPolicy(), by: 'Bob', at: '2026-11-01T10:00:00Z' },
      ]);
    },
    trouble: 'policy warning',
    says: /is suspended.*Suspended by Ada Admin at 2026-11-20T10:00:00Z\..*policy restore --all/s,
  },
  {
    cause: 'a policy that is pinned to a former account',
    make: ({ changeConnection, setPolicies, sights }) => {
      const account = { id: 'b0700000-0000-4000-8000-00000000000f', displayName: 'New Gate', uniqueName: 'new@gate' };
      changeConnection({ identities: [account, bot] });
      sights.next = {
        ...goodSight,
        who: { ok: true, value: { identity: account, organizationIds: connection.organizationIds } },
      };
      setPolicies(goodPolicy());
    },
    trouble: 'policy broken',
    says: /from Portcullis, as which Portcullis posted formerly, and not from New Gate/,
  },
  {
    cause: 'policies that cannot be read',
    make: ({ wire }) => wire.fail('readStatusPolicies', 'before', unavailable('Azure DevOps is down.')),
    trouble: 'policy unknown',
    says: /could not be learnt whether pull requests of project Shop need the verdict\. Azure DevOps is down\./,
  },
];

test.each(rows)('$cause is named, and nothing else', async ({ make, trouble, says }) => {
  const examining = createExamining();
  await make(examining);
  const report = await examining.examine();
  const lines = report.lines.filter(({ state }) => state !== 'ok');
  expect({ troubles: troublesOf(report), lines }).toMatchObject({ troubles: [trouble] });
  expect(lines.map(({ message, help }) => `${message} ${help ?? ''}`).join('\n')).toMatch(says);
  expect(report.state).toBe(trouble.split(' ')[1]);
});

test('in the phase shadow nothing has to be required, and what is installed already is told only where it is a hole', async () => {
  const examining = createExamining();
  examining.settings.put({ kind: 'connection', connectionId: connection.id }, { phase: 'shadow' });
  for (const policies of [[], [goodPolicy({ isBlocking: false })]]) {
    examining.setPolicies(...policies);
    expect(troublesOf(await examining.examine())).toEqual([]);
  }
  examining.setPolicies(goodPolicy({}, { authorId: null }));
  expect(troublesOf(await examining.examine())).toEqual(['policy warning']);
});

test('beside a good policy, one that is switched off or asks for a component is no trouble', async () => {
  const examining = createExamining();
  examining.configure({ components: { payments: { paths: ['payments/**'] } } });
  examining.setPolicies(
    goodPolicy(),
    goodPolicy({ id: 41, isEnabled: false }),
    goodPolicy({ id: 42 }, { statusName: 'payments' }),
  );
  expect(troublesOf(await examining.examine())).toEqual([]);
});

test('a repository that is switched off, disabled or empty needs no policy, and its project is not asked', async () => {
  const examining = createExamining();
  examining.setPolicies();
  examining.configure({ enabled: false });
  const other = { project: { id: 'p2', name: 'Blog' }, size: 1, fork: null };
  examining.azureDevOps.otherRepositories.push(
    { ...other, id: 'r2', name: 'old', defaultBranch: 'refs/heads/main', isDisabled: true },
    { ...other, id: 'r3', name: 'empty', defaultBranch: null, isDisabled: false },
  );
  expect(troublesOf(await examining.examine())).toEqual([]);
  expect(examining.wire.calls).not.toContain('readStatusPolicies');
});

test('with Key Vault down that is told, and nothing that follows of it', async () => {
  const examining = createExamining();
  examining.wire.fail('secrets.readHookSecrets', 'before', unavailable('Key Vault could not be used.'));
  const report = await examining.examine();
  expect(troublesOf(report)).toEqual(['key-vault broken', 'credential unknown']);
  expect(report.state).toBe('broken');
});

test('a connection’s dead letters are found beside a thousand of another one', async () => {
  const { doctor, deadLetters, clock } = createExamining();
  const letter = { reason: 'x', description: '', messageId: 'm', sessionId: 's', enqueuedAt: clock.now(), body: '{}' };
  for (let number = 1_000; number < 2_000; number += 1)
    await deadLetters.port.record({ ...letter, reference: `a${number}`, key: { ...key, connectionId: 'other' } });
  await deadLetters.port.record({ ...letter, reference: 'b', key });
  const { lines } = await doctor.examine([connection], { isWhole: false });
  expect(lines.find(({ check }) => check === 'dead-letters')?.message).toMatch(/There is 1 dead letter.*reference b,/);
});

test('whoever may not see everything is told of no other connection’s dead letters', async () => {
  const { doctor, deadLetters, clock } = createExamining();
  const letter = { reason: 'x', description: '', messageId: 'm', sessionId: 's', enqueuedAt: clock.now(), body: '' };
  await deadLetters.port.record({ ...letter, reference: 'theirs', key: { ...key, connectionId: 'other' } });
  await deadLetters.port.record({ ...letter, reference: 'unknown', key: null });
  const report = await doctor.examine([connection], { isWhole: false });
  expect(troublesOf(report)).toEqual([]);
});

test('in a project with a PAT of its own, the verdict counts from the account of that one', async () => {
  const examining = createExamining();
  const { project } = examining;
  const projectPats = [
    { projectId: project.id, projectName: project.name, expiresOn: daysFrom(examining, 90), accountId: mallory.id },
  ];
  examining.changeConnection({ identities: [bot, mallory], projectPats });
  await examining.secrets.port.savePat(connection.id, 'own-pat', daysFrom(examining, 90), project.id);
  examining.azureDevOps.accounts.set('own-pat', mallory);
  examining.setPolicies(goodPolicy({}, { authorId: mallory.id }));
  expect(troublesOf(await examining.examine())).toEqual([]);
  examining.setPolicies(goodPolicy({}, { authorId: bot.id }));
  expect(troublesOf(await examining.examine())).toEqual(['policy broken']);
});
