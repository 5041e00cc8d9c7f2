import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { unzipSync } from 'fflate';

import { createLocalClock } from '../../local/clock';
import { startFunctionsHost } from '../../local/functions-host/functions-host';
import { DIST } from '../support/local-environment';

const ZIP = join(DIST, 'portcullis.zip');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-package-'));
  for (const [name, content] of Object.entries(unzipSync(readFileSync(ZIP)))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What a trigger says, without what the library adds for the host. */
function triggerOf(bindings: readonly { direction?: string | undefined }[]): unknown {
  const trigger = bindings.find(({ direction }) => direction === 'in');
  return Object.fromEntries(
    Object.entries(trigger ?? {}).filter(([key]) => !['name', 'direction', 'properties'].includes(key)),
  );
}

test('the zip has at most 5 MB', () => {
  expect(statSync(ZIP).size).toBeLessThanOrEqual(5 * 1024 * 1024);
});

test('what the zip holds loads on Node 22 without node_modules, and registers exactly the functions we mean', async () => {
  expect(process.version).toMatch(/^v22\./);
  const host = await startFunctionsHost({
    appDirectory: folder,
    workerEntry: join(DIST, 'local', 'worker-process.js'),
    settings: {
      ServiceBusConnection:
        'Endpoint=sb://localhost:1;SharedAccessKeyName=x;SharedAccessKey=y;UseDevelopmentEmulator=true;',
      AzureWebJobsStorage: 'UseDevelopmentStorage=true',
      KEY_VAULT_URI: 'http://localhost:1',
    },
    port: 0,
    clock: createLocalClock(),
    isolation: 'one-process',
    onLog: () => undefined,
  });
  try {
    const triggers = Object.fromEntries(host.functions.map(({ name, bindings }) => [name, triggerOf(bindings)]));
    expect(triggers).toEqual({
      'receive-service-hook': {
        type: 'httpTrigger',
        route: 'api/service-hooks/{connectionId}',
        methods: ['POST'],
        authLevel: 'anonymous',
      },
      management: {
        type: 'httpTrigger',
        route: 'api/management/{*path}',
        methods: ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'],
        authLevel: 'anonymous',
      },
      health: { type: 'httpTrigger', route: 'api/health', methods: ['GET'], authLevel: 'anonymous' },
      'work-queue': {
        type: 'serviceBusTrigger',
        queueName: 'work',
        isSessionsEnabled: true,
        connection: 'ServiceBusConnection',
      },
      sweep: { type: 'timerTrigger', schedule: '0 */5 * * * *' },
      'forget-what-is-old': { type: 'timerTrigger', schedule: '0 17 2 * * *' },
      'record-dead-letters': {
        type: 'serviceBusTrigger',
        queueName: 'work/$DeadLetterQueue',
        connection: 'ServiceBusConnection',
      },
    });
    // Nothing that it depends on is there, and it says no more than that it runs.
    const alive = await fetch(`${host.url}/api/health`);
    expect([alive.status, await alive.text(), alive.headers.get('cache-control')]).toEqual([
      200,
      '{"state":"alive"}',
      'no-store',
    ]);
    const principal = { 'x-ms-client-principal': Buffer.from('{"auth_typ":"aad"}').toString('base64') };
    for (const headers of [principal, { authorization: 'Bearer forged' }, { authorization: 'Basic eDp5' }]) {
      const refused = await fetch(`${host.url}/api/health`, { headers: { ...headers } });
      expect([refused.status, Object.keys(Object(await refused.json()))]).toEqual([403, ['message']]);
    }
  } finally {
    await host.stop();
  }
});

test.each(['receive', 'work', 'identity', 'open-telemetry'])('the bundle %s loads by itself', (bundle) => {
  const loaded = execFileSync(
    process.execPath,
    ['-e', `console.log(Object.keys(require('./${bundle}.js')).length > 0)`],
    { cwd: folder, env: {} },
  );
  expect(loaded.toString().trim()).toBe('true');
});

test('OpenTelemetry is in a bundle of its own, which nothing loads while it is off', () => {
  // The name under which its API registers itself, in whatever bundle it is.
  const holdsIt = (bundle: string): boolean =>
    readFileSync(join(folder, `${bundle}.js`), 'utf8').includes('opentelemetry.js.api');
  expect(['main', 'receive', 'work', 'identity', 'open-telemetry'].filter(holdsIt)).toEqual(['open-telemetry']);
});
