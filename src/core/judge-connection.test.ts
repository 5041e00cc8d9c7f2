import type { Asked, ConnectionNeeds, ConnectionSight, Refusal } from './connection-sight';
import { judgeConnection } from './judge-connection';

const refusals = [
  'unreachable',
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
  subscriptions: { ok: true, value: 1 },
};
const everything: ConnectionNeeds = { workItems: ['work-items'], groups: ['reviewers'], subscriptions: true };

const troubles = (over: Partial<ConnectionSight>, needs = everything): string[] => {
  const place = {
    url: 'https://dev.azure.com/contoso',
    kind: 'services',
    credential: 'pat',
    known: undefined,
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
