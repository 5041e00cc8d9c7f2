import type { Asked, ConnectionNeeds, ConnectionSight, Refusal } from './connection-sight';
import { NO_TENANT, tenantOf } from './entra';
import { judgeConnection } from './judge-connection';

const refusals = [
  'unreachable',
  'proxy',
  'untrusted',
  'foreign',
  'refused',
  'anonymous',
  'missing',
  'forbidden',
  'busy',
  'unexpected',
] as const satisfies readonly Refusal[];

const identity = { id: '1', displayName: 'Portcullis', uniqueName: 'portcullis@contoso.com' };
const answered: Asked<unknown> = { ok: true, value: undefined };
const refused = (why: Refusal) => ({ ok: false, why, code: '418', reason: 'It said no.' }) as const;

const good: ConnectionSight = {
  who: { ok: true, value: { identity, organizationIds: ['o'] } },
  secondsAhead: 299,
  newestVersion: { ok: true, value: '7.1' },
  scopes: { code: refused('missing'), workItems: answered, groups: refused('missing') },
  repositories: { ok: true, value: 1 },
  repository: answered,
  subscriptions: { ok: true, value: { everywhere: true, lackingIn: [] } },
};
/** Straight, with the system's authorities, and not tested before. */
const usual = { network: { proxy: null, caCertificates: null }, apiVersion: null };
const everything: ConnectionNeeds = { workItems: ['work-items'], groups: ['reviewers'], subscriptions: true };

const troubles = (over: Partial<ConnectionSight>, needs = everything): string[] => {
  const place = {
    url: 'https://dev.azure.com/contoso',
    kind: 'services',
    credential: 'pat',
    known: undefined,
    ...usual,
  } as const;
  const lines = judgeConnection({ ...place, needs, sight: { ...good, ...over } });
  // No check is there twice, and whatever is not right says what to do or why.
  expect(new Set(lines.map(({ check }) => check)).size).toBe(lines.length);
  for (const { state, message, help } of lines) {
    expect(message).toMatch(/^\S.*\.$/s);
    if (state === 'broken') expect(help).toMatch(/\.$/);
  }
  return lines.flatMap(({ check, state }) => (state === 'ok' ? [] : [`${check} ${state}`]));
};

test('what is all right', () => expect(troubles({})).toEqual([]));

test.each<[Refusal, string]>([
  ['unreachable', 'reachable broken'],
  ['proxy', 'proxy broken'],
  ['untrusted', 'certificate broken'],
  ['foreign', 'azure-devops broken'],
  ['refused', 'credential broken'],
  ['anonymous', 'anonymous broken'],
  ['missing', 'organization broken'],
  ['forbidden', 'organization broken'],
  ['busy', 'reachable broken'],
  ['unexpected', 'azure-devops broken'],
])('nobody is told who they are: %s', (why, expected) => {
  expect(troubles({ who: refused(why) })).toEqual([expected]);
});

test('a wrong clock is told beside what keeps everything else from being learnt', () => {
  expect(troubles({ who: refused('refused'), secondsAhead: 301 })).toEqual(['credential broken', 'clock warning']);
});

test.each(['code', 'workItems', 'groups'] as const)(
  'the scope of %s: lacking is broken, not learnt is a warning',
  (scope) => {
    for (const why of refusals.filter((each) => each !== 'missing')) {
      const isLacking = ['refused', 'forbidden', 'anonymous'].includes(why);
      const found = troubles({
        scopes: { code: answered, workItems: answered, groups: answered, [scope]: refused(why) },
      });
      expect(found).toEqual([expect.stringMatching(isLacking ? /^scope-.* broken$/ : /^scope-.* warning$/)]);
    }
  },
);

test('a scope that nothing takes is no trouble, whatever came of asking', () => {
  const needs = { workItems: [], groups: [], subscriptions: false };
  for (const why of refusals) {
    expect(troubles({ scopes: { code: answered, workItems: refused(why), groups: refused(why) } }, needs)).toEqual([]);
  }
});

test('no repository is one cause, also where one was named', () => {
  for (const repositories of [{ ok: true, value: 0 } as const, refused('missing'), refused('forbidden')]) {
    expect(troubles({ repositories, repository: refused('missing') })).toEqual(['licence broken']);
  }
  expect(troubles({ repositories: refused('busy'), repository: refused('busy') })).toEqual(['licence warning']);
});

test.each([
  ['7.2', []],
  ['7.1', []],
  ['10.0', []],
  ['7.0', ['version broken']],
  ['6.0', ['version broken']],
])('a REST API up to %s', (value, expected) => {
  expect(troubles({ newestVersion: { ok: true, value } })).toEqual(expected);
});

test.each([
  [301, ['clock warning']],
  [-301, ['clock warning']],
  [300, []],
  [undefined, []],
])('a clock that is %s seconds ahead', (secondsAhead, expected) => {
  expect(troubles({ secondsAhead })).toEqual(expected);
});

describe('of the managed identity', () => {
  const linesOf = (over: Partial<ConnectionSight>) =>
    judgeConnection({
      url: 'https://dev.azure.com/contoso',
      kind: 'services',
      credential: 'bearer',
      known: undefined,
      ...usual,
      needs: everything,
      sight: { ...good, ...over },
    });

  test('no line speaks of a PAT, but of what the identity needs in Azure DevOps', () => {
    const nobody = refused('anonymous');
    const sights: Partial<ConnectionSight>[] = [
      {},
      { who: refused('refused') },
      { who: nobody },
      { scopes: { code: refused('refused'), workItems: refused('forbidden'), groups: nobody } },
    ];
    const lines = sights.flatMap(linesOf).filter(({ check }) => check !== 'clock');
    expect(lines.filter(({ message, help }) => `${message} ${help ?? ''}`.includes('PAT'))).toEqual([]);
    const broken = lines.filter(({ state }) => state === 'broken');
    expect(broken).toHaveLength(5);
    for (const { help } of broken) expect(help).toMatch(/Users, Add users.*object id.*enterprise application.*Basic/);
  });

  test('an account that looks like a person’s is none', () => {
    const value = { identity: { id: 'i', displayName: 'Ada Lovelace', uniqueName: 'ada' }, organizationIds: [] };
    expect(linesOf({ who: { ok: true, value } }).find(({ check }) => check === 'account')?.state).toBe('ok');
  });
});

describe('the deployment’s managed identity', () => {
  const own = '11111111-2222-4333-8444-555555555555';
  const other = '99999999-2222-4333-8444-555555555555';
  const judge = (sight: Partial<ConnectionSight>) =>
    judgeConnection({
      url: 'https://dev.azure.com/contoso',
      kind: 'services',
      known: undefined,
      ...usual,
      needs: everything,
      credential: 'bearer',
      tenant: own,
      sight: { ...good, ...sight },
    }).filter(({ state }) => state !== 'ok');

  test.each<[string, string | undefined, string, RegExp]>([
    ['an organization without Entra', NO_TENANT, 'entra', /not backed by an Entra tenant.*Connect the organization/s],
    ['an organization of another tenant', other, 'entra', /another Entra tenant \(9{8}-.*\) than .* in \(1{8}-/s],
    ['an organization where it is no user', own, 'credential', /no user of this organization/],
    ['an organization that does not say', undefined, 'credential', /no user of this organization/],
  ])('%s is told', (_, tenant, check, says) => {
    for (const why of ['refused', 'anonymous'] as const) {
      const lines = judge({ who: refused(why), tenant });
      expect(lines.map((line) => line.check)).toEqual([check === 'credential' && why === 'anonymous' ? why : check]);
      if (why === 'refused') expect(`${lines[0]?.message ?? ''} ${lines[0]?.help ?? ''}`).toMatch(says);
    }
  });

  test('where it is accepted, the tenant is nobody’s business', () => {
    expect(judge({ tenant: NO_TENANT })).toEqual([]);
  });
});

test('what was refused when it was last written seems to be missing, each scope by name', () => {
  const lines = judgeConnection({
    url: 'https://dev.azure.com/contoso',
    kind: 'services',
    credential: 'pat',
    ...usual,
    known: { organizationIds: ['o'], identity, refusedWrites: ['status', 'threads'] },
    needs: everything,
    sight: good,
  }).filter(({ state }) => state !== 'ok');
  expect(lines).toMatchObject([{ check: 'scopes-to-write', state: 'broken' }]);
  expect(lines[0]?.message).toBe(
    'The PAT seems to lack Code (Status) and Pull Request Threads (Read & write): Azure DevOps refused the verdict and ' +
      'comments when last written.',
  );
});

test('projects in which subscriptions may not be viewed and edited are named', () => {
  const subscriptions = { ok: true, value: { everywhere: false, lackingIn: ['Blog', 'Shop'] } } as const;
  expect(troubles({ subscriptions })).toEqual(['subscriptions warning']);
  expect(troubles({ subscriptions: { ok: true, value: { everywhere: false, lackingIn: [] } } })).toEqual([]);
});

test.each([
  [
    `x.${Buffer.from(JSON.stringify({ tid: '11111111-2222-4333-8444-ABCDEFABCDEF' })).toString('base64url')}.y`,
    '11111111-2222-4333-8444-abcdefabcdef',
  ],
  [`x.${Buffer.from(JSON.stringify({ tid: 'contoso' })).toString('base64url')}.y`, undefined],
  [`x.${Buffer.from('null').toString('base64url')}.y`, undefined],
  ['a-token', undefined],
])('the tenant of token %s', (token, tenant) => {
  expect(tenantOf(token)).toBe(tenant);
});
