import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { unzipSync } from 'fflate';

import { startFunctionsHost, type FunctionsHost } from '../../local/functions-host/functions-host';
import { deploy } from '../infra/deploy-on-paper';
import { DIST, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';

/**
 * The zip as it is deployed, with the app settings that the template writes. What says where a service is, and that it is
 * reached as the deployment's identity, gives way to the local one's connection string; everything else stays as it is.
 */

const ROOT = resolve(__dirname, '../..');
const CLIENT_ID = 'f0000000-0000-4000-8000-000000000002';
/** What the platform adds, with authentication on. */
const PLATFORM = { WEBSITE_SITE_NAME: 'app', WEBSITE_HOSTNAME: 'app.example.net', WEBSITE_AUTH_ENABLED: 'True' };
const ELSEWHERE = /^(AzureWebJobsStorage|ServiceBusConnection)__|^APPLICATIONINSIGHTS_/;

let environment: TestEnvironment;
let host: FunctionsHost | undefined;
let folder: string;
let written: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-settings-'));
  for (const [name, content] of Object.entries(unzipSync(readFileSync(join(DIST, 'portcullis.zip'))))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  ({ appSettings: written } = await deploy({ prefix: 'gate', consoleClientId: CLIENT_ID }));
  // Connected as everybody is, by the management API, while that still takes the local token.
  environment = await startTestEnvironment();
  const elsewhere = Object.entries(written).filter(([name]) => !ELSEWHERE.test(name));
  await run(folder, { ...Object.fromEntries(elsewhere), ...PLATFORM });
});

afterAll(async () => {
  await host?.stop();
  await environment.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Stops what runs, and starts the app in a folder with these settings; where the services are, is put in. */
async function run(appDirectory: string, settings: Record<string, string>): Promise<void> {
  await (host ?? environment.host).stop();
  environment.logs.length = 0;
  const { ServiceBusConnection = '', AzureWebJobsStorage = '', KEY_VAULT_URI = '' } = environment.appSettings;
  host = await startFunctionsHost({
    appDirectory,
    workerEntry: join(DIST, 'local', 'worker-process.js'),
    settings: { ...settings, ServiceBusConnection, AzureWebJobsStorage, KEY_VAULT_URI },
    port: Number(new URL(environment.host.url).port),
    clock: environment.clock,
    isolation: 'separate-processes',
    onLog: ({ functionName, level, message }) => environment.logs.push(`[${functionName ?? '-'}] ${level}: ${message}`),
  });
}

/** A pull request comes to its verdict, and nothing complains: of a setting, least of all. */
async function itWorks(branch: string): Promise<void> {
  const clone = await environment.clone('author');
  await clone.push(branch, { [`src/${branch}.ts`]: 'export {};\n' });
  const pulls = pullRequests(environment);
  const id = await pulls.open(branch, goodWords);
  expect(await pulls.verdict(id)).toMatchObject({
    state: 'failed',
    description: expect.stringContaining('work-items'),
  });
  await environment.settle();
  expect(environment.logs.filter((line) => / (warn|warning|error): /i.test(line))).toEqual([]);
}

const answerTo = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${environment.host.url}${path}`, init);
  return { status: response.status, text: await response.text() };
};

test('the template: a pull request gets its verdict, by service hook and queue', async () => {
  expect(Object.keys(written)).toEqual(expect.arrayContaining(['KEY_VAULT_URI', 'PORTCULLIS_CLIENT_ID']));
  await itWorks('deployed');
});

test('the template: the management API is closed to the local token and to a principal that nobody vouches for, and open to sign-in', async () => {
  const token = { authorization: `Bearer ${environment.managementToken}` };
  expect((await answerTo('/api/management/connections', { headers: token })).status).toBe(401);
  expect((await answerTo('/api/management/connections')).status).toBe(401);
  expect(JSON.parse((await answerTo('/api/management/sign-in')).text)).toMatchObject({ clientId: CLIENT_ID });
});

test('the template: it runs, and says no more to anybody', async () => {
  expect(await answerTo('/api/health')).toMatchObject({ status: 200, text: expect.not.stringContaining('0.1') });
});

test('the sample for Core Tools starts the app from the project, as func start does', async () => {
  const { IsEncrypted, Values } = JSON.parse(readFileSync(join(ROOT, 'local.settings.sample.json'), 'utf8'));
  expect({ IsEncrypted, runtime: Values.FUNCTIONS_WORKER_RUNTIME }).toEqual({ IsEncrypted: false, runtime: 'node' });
  expect(Object.keys(Values)).toEqual(
    expect.arrayContaining(['AzureWebJobsStorage', 'ServiceBusConnection', 'KEY_VAULT_URI']),
  );
  await run(ROOT, Values);
  await itWorks('sampled');
});
