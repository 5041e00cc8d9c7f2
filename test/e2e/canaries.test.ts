import { readdirSync, readFileSync } from 'node:fs';

import { TableClient, TableServiceClient } from '@azure/data-tables';
import { z } from 'zod';

import { keyVaultSecrets } from '../../src/azure/key-vault-secrets';
import { portcullis as command } from '../support/command';
import { basic, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { spellings } from '../support/spellings';

/**
 * What is secret is in Key Vault and in authorization headers, and nowhere else, whatever administrators call and whatever
 * they get wrong. Every command is called once, with PATs that nothing else looks like; then everything that was said
 * or kept is searched.
 */
let environment: TestEnvironment;

const gate = 'canary"gate+/4f1c\\9a==';
const successor = 'canary"next+/77b0\\1e==';
const project = 'canary"shop+/c2d9\\5b==';
const admin = 'canary"admin+/e8a3\\06==';
const refused = 'canary"wrong+/13f5\\d4==';
const unreachable = 'canary"lost+/90ce\\7a==';
const bearer = 'eyJhbGciOiJSUzI1NiJ9.eyJjYW5hcnkiOiJiZWFyZXIifQ.c2lnbmF0dXJl';
/** As Azure DevOps makes them, for whoever puts one into the wrong place. */
const misplaced = `${'Canary7misplaced'.repeat(5).slice(0, 76)}AZDOab12`;

const said: { where: string; text: string }[] = [];
const seenArguments = new Set<string>();
let watch: NodeJS.Timeout;

beforeAll(async () => {
  environment = await startTestEnvironment({ connected: false });
  for (const [token, identity] of [
    [gate, 'bot'],
    [successor, 'bot'],
    [project, 'bot'],
    [admin, 'admin'],
  ]) {
    await environment.control('POST', 'pats', { token, identity });
  }
  watch = setInterval(lookAtProcesses, 100);
});

afterAll(async () => {
  clearInterval(watch);
  await environment.end();
});

/** What everybody on this machine may read of every process. */
function lookAtProcesses(): void {
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      seenArguments.add(readFileSync(`/proc/${id}/cmdline`, 'utf8'));
    } catch {
      // It has ended meanwhile.
    }
  }
}

async function portcullis(line: string, env: Record<string, string> = {}, input = ''): Promise<number> {
  const args = line.split(' ');
  const { host, managementToken } = environment;
  const ended = await command(args, {
    env: { PORTCULLIS_URL: host.url, PORTCULLIS_TOKEN: managementToken, ...env },
    input,
  });
  said.push({ where: `portcullis ${line}`, text: ended.stdout + ended.stderr });
  return ended.code;
}

async function call(method: string, path: string, body?: string, token = environment.managementToken): Promise<number> {
  const response = await fetch(`${environment.host.url}/api/management${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  });
  const headers = JSON.stringify([...response.headers]);
  said.push({
    where: `${method} ${path.slice(0, 30)} ${body?.slice(0, 60) ?? ''}`,
    text: headers + (await response.text()),
  });
  return response.status;
}

async function untilDone(work: Promise<number>): Promise<number> {
  let code: number | undefined;
  const ended = work.then((given) => (code = given));
  while (code === undefined) {
    await environment.settle();
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))]);
  }
  return code;
}

/** Every row of every table, every message, every line of the log, and what Azure DevOps was asked but for its headers. */
async function everythingKept(): Promise<void> {
  const { connectionString } = environment.tables;
  const insecure = { allowInsecureConnection: true };
  const names: string[] = [];
  for await (const { name } of TableServiceClient.fromConnectionString(connectionString, insecure).listTables()) {
    if (name !== undefined) names.push(name);
  }
  for (const name of names) {
    const rows: unknown[] = [];
    for await (const row of TableClient.fromConnectionString(connectionString, name, insecure).listEntities())
      rows.push(row);
    said.push({ where: `table ${name}`, text: JSON.stringify(rows) });
  }
  said.push({ where: 'queue', text: JSON.stringify(environment.broker.queue('work')) });
  said.push({ where: 'log', text: environment.logs.join('\n') });
  const { body } = await environment.control('GET', 'requests');
  // A subscription carries the password of its hooks: that is how Azure DevOps gets it.
  const requests = JSON.stringify(body).replaceAll(/basicAuthPassword\\*":\\*"[^"\\]+/g, 'basicAuthPassword');
  said.push({ where: 'requests to Azure DevOps', text: requests });
}

function found(secrets: Record<string, string>): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    said.flatMap(({ where, text }) => {
      const place = spellings(secret)
        .map((each) => text.indexOf(each))
        .find((index) => index !== -1);
      return place === undefined ? [] : [`${name}: ${where}: ${text.slice(Math.max(0, place - 80), place + 20)}`];
    }),
  );
}

test('no secret is in an answer, an output, a log, a row, a message, a request or an argument', async () => {
  const { url } = environment.simulator;
  const asAdmin = { AZURE_DEVOPS_PAT: admin };
  const repository = `${url}/Shop/_git/web`;

  expect(await portcullis(`connect ${url}`, { PORTCULLIS_PAT: refused })).toBe(1);
  expect(await portcullis(`connect ${repository} --description gate --phase enforce`, {}, `${gate}\n`)).toBe(0);
  const [connection] = z.array(z.object({ id: z.string() })).parse(
    await (
      await fetch(`${environment.host.url}/api/management/connections`, {
        headers: { authorization: `Bearer ${environment.managementToken}` },
      })
    ).json(),
  );
  const id = connection?.id ?? '';
  const secrets = keyVaultSecrets({ vaultUrl: environment.vault.url, clock: { now: () => new Date() } });
  const [firstPassword = ''] = await secrets.readHookSecrets(id, { fresh: true });

  // The wrong place, the wrong address, the wrong shape.
  const C = `/connections/${id}`;
  const credential = { kind: 'pat', pat: misplaced, expiresOn: new Date(Date.now() + 86_400_000) };
  const bad: [string, string, unknown?][] = [
    ['POST', '/connections', { url, name: misplaced, credential }],
    ['POST', '/connections', { url, description: `the PAT is ${misplaced}`, credential }],
    ['POST', '/connections', { url: url.replace('://', `://pat:${misplaced}@`), credential }],
    ['POST', '/connections', { url: misplaced, credential }],
    ['POST', '/connections', { url, credential: misplaced }],
    ['POST', '/connections', { url, credential, [misplaced]: misplaced }],
    ['POST', '/connections', { url, credential, publicUrl: `https://${misplaced}` }],
    ['POST', '/connections', { url: 'http://127.0.0.1:9/collection', credential }],
    ['POST', '/connections/test', { url: `${url}/${misplaced}`, pat: misplaced, [misplaced]: 1 }],
    ['POST', '/connections/test', { url, pat: misplaced }],
    ['PATCH', C, { name: misplaced, [misplaced]: true }],
    ['POST', `${C}/pat`, { pat: refused, project: misplaced }],
    ['POST', `${C}/pat`, { pat: [misplaced], expires: misplaced }],
    ['POST', `${C}/judgements`, { projectId: misplaced, [misplaced]: misplaced }],
    ['POST', `${C}/audit-notes`, { action: 'policy.install', subject: misplaced, details: { [misplaced]: misplaced } }],
    ['POST', `${C}/repository-switches`, { enabled: true, repositories: [misplaced] }],
    ['POST', `${C}/repository-switches`, { enabled: true, all: true, note: misplaced }],
    ['PUT', `${C}/access/${misplaced}`, { kind: 'person', name: misplaced, role: 'reader' }],
    ['PUT', `${C}/access/3f0d1b7a-5a52-4c5e-9d0c-0a1b2c3d4e5f`, { kind: 'person', name: misplaced, role: 'reader' }],
    ['GET', `/connections/${misplaced}/projects`],
    ['GET', `${C}/projects?name=${misplaced}`],
    ['GET', `${C}/repositories?name=${misplaced}/${misplaced}`],
    ['GET', `${C}/projects/${misplaced}/settings`],
    ['GET', `${C}/operations/${misplaced}`],
    ['GET', `/${misplaced}`],
    ['DELETE', `/connections/${misplaced}`],
  ];
  for (const [method, path, body] of bad)
    await call(method, path, body === undefined ? undefined : JSON.stringify(body));
  await call('POST', '/connections', `{"url": ${misplaced}`);
  await call('PUT', `${C}/settings`, `{"pat": ${gate}`);
  expect(await call('GET', '/connections', undefined, bearer)).toBe(401);
  expect(await call('GET', '/connections', undefined, gate.replaceAll('"', ''))).toBe(401);
  expect(await environment.deliver('{', basic(gate), id)).toBe(401);

  // The ways of administrators, some side by side.
  expect(await portcullis('hooks grant --yes', asAdmin)).toBe(0);
  expect(await portcullis('hooks sync')).toBe(0);
  expect(await untilDone(portcullis('hooks rotate --json'))).toBe(0);
  const [secondPassword = '', formerPassword = ''] = await secrets.readHookSecrets(id, { fresh: true });
  expect(await portcullis('pat rotate --json', { PORTCULLIS_PAT: refused })).toBe(1);
  await environment.control('POST', 'faults', [{ path: 'connectionData', times: 40, action: 'reset' }]);
  expect(await portcullis('pat rotate', { PORTCULLIS_PAT: unreachable })).not.toBe(0);
  await environment.control('DELETE', 'faults');
  expect(await portcullis('pat rotate', { PORTCULLIS_PAT: successor })).toBe(0);
  expect(await portcullis('pat rotate --project Shop --json', {}, project)).toBe(0);
  const asMistaken = { AZURE_DEVOPS_PAT: refused };
  await Promise.all([
    portcullis('test --json'),
    portcullis(`test ${url}`, asMistaken),
    portcullis('hooks grant --yes', asMistaken),
    portcullis('connections --json'),
  ]);
  expect(await portcullis(`policy install ${repository} --yes`, asAdmin)).toBe(0);
  await Promise.all([
    portcullis(`policy status ${repository} --json`, asAdmin),
    portcullis(`policy status ${repository}`, asMistaken),
    portcullis('hooks status --json'),
    portcullis('repositories disable --all --yes --json'),
  ]);
  await portcullis(`policy suspend ${url} --all --yes`, asAdmin);
  await Promise.all([
    portcullis(`policy restore ${url} --all --yes --json`, asAdmin),
    portcullis('doctor --json'),
    portcullis('access list --json'),
    portcullis(`evaluate ${repository}/pullrequest/1`, asAdmin),
  ]);
  await portcullis('audit --limit 200 --json');
  await call('GET', `${C}/operations`);
  await environment.settle();
  await everythingKept();
  expect(await untilDone(portcullis(`disconnect ${id} --yes --json`, asAdmin))).toBe(0);
  await everythingKept();

  const { managementToken } = environment;
  const passwords = { firstPassword, secondPassword, formerPassword };
  expect(Object.values(passwords).every((password) => password.length > 20)).toBe(true);
  said.push({ where: 'arguments of processes', text: [...seenArguments].join('\n') });
  expect([...seenArguments].some((line) => line.includes('disconnect'))).toBe(true);
  const canaries = { gate, successor, project, admin, refused, unreachable, misplaced, bearer, managementToken };
  expect(found({ ...canaries, ...passwords })).toEqual([]);
}, 120_000);
