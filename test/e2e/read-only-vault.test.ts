import { setTimeout as delay } from 'node:timers/promises';

import { LOCAL_TOKENS } from '../../src/azure/secret-client';
import { portcullis as command, type Ended } from '../support/command';
import { basic, eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';

/** A Portcullis that only reads its vault, which refuses it anything else; the command writes, as an administrator. */
let environment: TestEnvironment;

beforeAll(async () => {
  environment = await startTestEnvironment({
    connected: false,
    sweeps: false,
    settings: { PORTCULLIS_WRITES_SECRETS: 'false' },
  });
  for (const token of ['bot-pat-2', 'bot-pat-3']) await environment.control('POST', 'pats', { token, identity: 'bot' });
});

afterAll(() => environment.end());

const portcullis = (args: string[], env: Record<string, string> = {}): Promise<Ended> =>
  command(args, {
    env: { PORTCULLIS_URL: environment.host.url, PORTCULLIS_TOKEN: environment.managementToken, ...env },
  });

const done = async (args: string[], env: Record<string, string> = {}): Promise<string> => {
  const { code, stdout, stderr } = await portcullis(args, env);
  expect({ code, stderr, stdout }).toMatchObject({ code: 0 });
  expect(stdout + stderr).not.toMatch(/bot-pat/);
  return stdout;
};

async function ask(path: string): Promise<ReturnType<typeof JSON.parse>> {
  const headers = { authorization: `Bearer ${LOCAL_TOKENS.person}` };
  const response = await fetch(`${environment.vault.url}/${path}?api-version=2025-07-01`, { headers });
  return JSON.parse(await response.text());
}

/** What stands in the vault, by name. */
async function stored(): Promise<Record<string, string>> {
  const { value } = await ask('secrets');
  const names: string[] = value.map(({ id }: { id: string }) => new URL(id).pathname.split('/').at(-1) ?? '');
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, (await ask(`secrets/${name}`)).value] as const)),
  );
}

let id = '';

test('connecting writes what is secret as whoever calls, and takes away what Portcullis refuses', async () => {
  const connect = ['connect', environment.simulator.url, '--name', 'contoso', '--json'];
  const refused = await portcullis(connect, { PORTCULLIS_PAT: 'expired-pat' });
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/Nothing was connected/) });
  expect(await stored()).toEqual({});
  id = JSON.parse(await done(connect, { PORTCULLIS_PAT: 'bot-pat' })).connection.id;
  expect(await stored()).toEqual({ [`hook-${id}`]: expect.stringMatching(/^[\w-]{43}$/), [`pat-${id}`]: 'bot-pat' });
  await done(['hooks', 'grant', '--yes'], { AZURE_DEVOPS_PAT: 'admin-pat' });
  await done(['hooks', 'sync']);
});

test('a PAT is replaced by one that does, of the connection and of a project, and taken away', async () => {
  const others = await portcullis(['pat', 'rotate'], { PORTCULLIS_PAT: 'author-pat' });
  expect(others).toMatchObject({ code: 1, stdout: expect.stringMatching(/belongs to/) });
  expect(await stored()).toMatchObject({ [`pat-${id}`]: 'bot-pat' });
  const told = await done(['pat', 'rotate', '--vault', environment.vault.url], { PORTCULLIS_PAT: 'bot-pat-2' });
  expect(told).toMatch(/^The PAT was replaced; the new one ends on/);
  await done(['pat', 'rotate', '--project', 'Shop'], { PORTCULLIS_PAT: 'bot-pat-3' });
  const now = await stored();
  const own = Object.keys(now).find((name) => name.startsWith(`project-pat-${id}-`)) ?? '';
  expect(now).toMatchObject({ [`pat-${id}`]: 'bot-pat-2', [own]: 'bot-pat-3' });
  expect(Object.keys(now)).toHaveLength(3);
  await done(['pat', 'remove', '--project', 'Shop', '--yes']);
  expect(Object.keys(await stored()).sort()).toEqual([`hook-${id}`, `pat-${id}`]);
});

test('the hooks get a new password, and none is refused', async () => {
  const former = (await stored())[`hook-${id}`] ?? '';
  const rotating = portcullis(['hooks', 'rotate', '--json']);
  const isOver = async (): Promise<boolean> => {
    environment.clock.advance(5_000);
    expect(await environment.deliver('{}', basic(former), id)).toBe(200);
    return Promise.race([rotating.then(() => true), delay(500, false)]);
  };
  await eventually(isOver, (over) => over, 30);
  const { code, stdout } = await rotating;
  expect({ code, told: JSON.parse(stdout) }).toMatchObject({
    code: 0,
    told: { changes: { repaired: 4 }, refused: [] },
  });
  const now = await stored();
  expect(now).toMatchObject({ [`former-hook-${id}`]: former });
  expect(await environment.deliver('{}', basic(now[`hook-${id}`] ?? ''), id)).toBe(200);
  environment.clock.advance(16 * 60_000);
  expect(await environment.deliver('{}', basic(former), id)).toBe(401);
});

test('disconnecting deletes what is secret, as whoever calls; Portcullis never tried to write', async () => {
  expect(await done(['disconnect', 'contoso', '--yes'], { AZURE_DEVOPS_PAT: 'admin-pat' })).toMatch(/is disconnected/);
  expect(await stored()).toEqual({});
  expect((await ask('deletedsecrets')).value).toEqual([]);
  const refused = Object.keys(environment.vault.refused());
  expect(refused.filter((route) => !route.startsWith('GET '))).toEqual([]);
});
