import { TableClient } from '@azure/data-tables';

import { portcullis as command, type CommandOptions, type Ended } from '../support/command';
import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { spellings } from '../support/spellings';

/** `portcullis connections` and `portcullis test`, through the management API of a running Portcullis. */
let environment: TestEnvironment;

const CANARY = 'canary+pat/7f3a91c4==';

beforeAll(async () => {
  environment = await startTestEnvironment();
  await environment.control('POST', 'pats', { token: CANARY, identity: 'bot' });
});

afterAll(() => environment.end());

const portcullis = (args: string[], { env = {}, ...options }: CommandOptions = {}): Promise<Ended> =>
  command(args, {
    ...options,
    env: { PORTCULLIS_URL: environment.host.url, PORTCULLIS_TOKEN: environment.managementToken, ...env },
  });

const checksOf = (text: string, sign: string): string[] =>
  text.split('\n').flatMap((line) => (line.startsWith(`${sign} `) ? [line.split(' ')[1] ?? ''] : []));

test('connections are listed, for people and for machines', async () => {
  const { code, stdout, stderr } = await portcullis(['connections']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain(environment.simulator.url);
  expect(stdout).toContain('works');
  const json = await portcullis(['connections', '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    schemaVersion: 1,
    connections: [{ id: environment.connectionId, url: environment.simulator.url, broken: null }],
  });
});

test('a connection that works: 0, and whom authors will see, also after the clock moved', async () => {
  await environment.control('POST', 'clock', { advanceSeconds: 3_600 });
  for (const args of [['test'], ['test', environment.connectionId]]) {
    const { code, stdout, stderr } = await portcullis(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/Authors will see comments and statuses by "Portcullis"/);
    expect([checksOf(stdout, '✗'), checksOf(stdout, '!')]).toEqual([[], []]);
    expect(checksOf(stdout, '–')).toEqual(['scopes-to-write']);
    expect(stdout).toMatch(/All that was tried is well\.\n$/);
  }
});

test.each<[string, string[], CommandOptions]>([
  ['the environment', [], { env: { AZURE_DEVOPS_PAT: CANARY } }],
  ['standard input', ['--json'], { input: `${CANARY}\n` }],
])('an address is tested with the PAT of %s, before it is connected', async (_from, more, options) => {
  const { code, stdout, stderr } = await portcullis(
    ['test', `${environment.simulator.url}/Shop/_git/web`, ...more],
    options,
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Portcullis');
  if (more.length > 0) expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, ok: true });
});

test('what is broken is told with what to do, and is 1', async () => {
  const { simulator } = environment;
  const expired = await portcullis(['test', simulator.url], { env: { AZURE_DEVOPS_PAT: 'expired-pat' } });
  expect(expired).toMatchObject({ code: 1, stderr: '' });
  expect(checksOf(expired.stdout, '✗')).toEqual(['credential']);
  expect(expired.stdout).toMatch(/make a\s+new one for this\s+organization/);
  await environment.savePat('expired-pat');
  const stored = await portcullis(['test', '--json']);
  expect(stored.code).toBe(1);
  expect(JSON.parse(stored.stdout)).toMatchObject({ ok: false, account: null });
  // The vault is asked, not what is remembered of it.
  await environment.savePat('bot-pat');
  expect((await portcullis(['test'])).code).toBe(0);
});

test.each<[string, string[], CommandOptions, RegExp]>([
  ['no PAT', ['test', 'https://dev.azure.com/contoso'], {}, /There is no PAT/],
  ['two PATs in one', ['test', 'https://dev.azure.com/contoso'], { input: 'a b' }, /characters that no PAT has/],
  ['no such connection', ['test', 'fabrikam'], {}, /There is no connection fabrikam/],
  [
    'a Portcullis that hears it in the clear',
    ['test', 'https://dev.azure.com/contoso'],
    { env: { PORTCULLIS_URL: 'http://portcullis.invalid', AZURE_DEVOPS_PAT: CANARY } },
    /not sent to portcullis.invalid in the clear/,
  ],
])('%s: nothing was tested, which is 2', async (_name, args, options, said) => {
  const { code, stdout, stderr } = await portcullis(args, options);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(said);
});

test('a PAT is replaced by one that works, and by no other', async () => {
  const by = (pat: string, ...more: string[]): Promise<Ended> =>
    portcullis(['pat', 'rotate', ...more], { env: { PORTCULLIS_PAT: pat } });
  const refused = await by('expired-pat');
  expect(refused).toMatchObject({ code: 1, stderr: '' });
  expect(checksOf(refused.stdout, '✗')).toEqual(['credential']);
  const others = await by('author-pat', '--json');
  expect(others.code).toBe(1);
  expect(JSON.parse(others.stdout)).toMatchObject({
    outcome: 'otherAccount',
    formerAccount: { displayName: 'Portcullis' },
  });
  for (const [args, said] of [
    [['--days', '400'], /more than a year/],
    [['--days', '9', '--expires', '2027-02-01'], /not both/],
    [['--project', 'Nowhere', 'fabrikam'], /no connection fabrikam/],
  ] as const) {
    const { code, stdout, stderr } = await by(CANARY, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(said);
  }
  const rotated = await by(CANARY, environment.connectionId);
  expect(rotated).toMatchObject({ code: 0, stderr: '' });
  expect(rotated.stdout).toMatch(/^The PAT was replaced; the new one ends on \d{4}-\d{2}-\d{2}\./);
  expect(rotated.stdout).toMatch(/former PAT was not revoked/);
  const project = await by('bot-pat', '--project', 'shop', '--json');
  expect(project.code).toBe(0);
  expect(JSON.parse(project.stdout)).toMatchObject({ outcome: 'rotated', project: { name: 'Shop' } });
  expect((await portcullis(['test'])).code).toBe(0);
});

const post = (body: string): Promise<Response> =>
  fetch(`${environment.host.url}/api/management/connections/test`, {
    method: 'POST',
    headers: { authorization: `Bearer ${environment.managementToken}`, 'content-type': 'application/json' },
    body,
  });

test('a PAT that is tested stands in no answer, no log, no table and no message, whatever is sent', async () => {
  const { url } = environment.simulator;
  const sent: [string, number][] = [
    [JSON.stringify({ url, pat: CANARY }), 200],
    [JSON.stringify({ url: `${url}-other`, pat: CANARY }), 200],
    [JSON.stringify({ url: `https://x:${CANARY}@dev.azure.com/contoso`, pat: CANARY }), 200],
    [JSON.stringify({ url: `${new URL(url).origin}/${encodeURIComponent(CANARY)}`, pat: CANARY }), 200],
    [JSON.stringify({ url: CANARY, pat: CANARY }), 200],
    [JSON.stringify({ url, pat: `${CANARY} ` }), 400],
    [JSON.stringify({ url, pat: CANARY, [CANARY]: 1 }), 400],
    [JSON.stringify({ url, pat: [CANARY] }), 400],
    [`{"url":"${url}","pat":"${CANARY}"`, 400],
    [CANARY, 400],
  ];
  let answers = '';
  for (const [body, status] of sent) {
    const answer = await post(body);
    expect([body.length, answer.status]).toEqual([body.length, status]);
    answers += await answer.text();
  }
  await environment.control('POST', 'faults', [{ path: '/connectionData', times: 9, action: 'garbage' }]);
  answers += await (await post(JSON.stringify({ url, pat: CANARY }))).text();
  await environment.control('DELETE', 'faults');

  const rows: unknown[] = [];
  for (const table of ['Connections', 'Settings', 'Ledger', 'Audit']) {
    const { connectionString } = environment.tables;
    const client = TableClient.fromConnectionString(connectionString, table, { allowInsecureConnection: true });
    for await (const row of client.listEntities()) rows.push(row);
  }
  const { body: requests } = await environment.control('GET', 'requests');
  const places = {
    answers,
    logs: environment.logs.join('\n'),
    tables: JSON.stringify(rows),
    queue: JSON.stringify(environment.broker.queue('work')),
    requests: JSON.stringify(requests),
  };
  for (const [place, text] of Object.entries(places)) {
    expect([place, text.length > 0]).toEqual([place, true]);
    expect([place, spellings(CANARY).filter((spelling) => text.includes(spelling))]).toEqual([place, []]);
  }
});

test('nobody without the token tests anything', async () => {
  const answer = await fetch(`${environment.host.url}/api/management/connections/test`, {
    method: 'POST',
    body: JSON.stringify({ url: environment.simulator.url, pat: CANARY }),
  });
  expect(answer.status).toBe(401);
});
