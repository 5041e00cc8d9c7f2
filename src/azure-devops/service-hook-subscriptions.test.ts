import type { SubscriptionBody } from '../app/ports';

import { connectServiceHooks, type ConnectedServiceHooks } from './service-hook-subscriptions';
import { collectLog, failureOf, projectId } from './testing/fixtures';
import {
  startScriptedServer,
  type ScriptedAnswer,
  type ScriptedServer,
  type SeenRequest,
} from './testing/scripted-server';

const password = 'a-hook-secret-that-nobody-may-see';
const body: SubscriptionBody = {
  eventType: 'git.pullrequest.updated',
  resourceVersion: '1.0',
  publisherInputs: { projectId, repository: '' },
  consumerInputs: { url: 'https://gate.example/api/service-hooks/c1', basicAuthPassword: password },
};
const id = '00000000-0000-4000-8000-000000000001';
const stored = { ...body, id, status: 'enabled', consumerActionId: 'httpRequest' };

let server: ScriptedServer;
let hooks: ConnectedServiceHooks;
let answer: (request: SeenRequest) => ScriptedAnswer | undefined;

beforeAll(async () => {
  server = await startScriptedServer((request) => answer(request));
});
beforeEach(() => {
  server.requests.length = 0;
  server.options.length = 0;
  hooks = connectServiceHooks({ url: server.url, credential: { kind: 'pat', pat: 'a-pat' }, log: collectLog() });
});
afterEach(() => hooks.dispose());
afterAll(() => server.stop());

const sent = (): unknown => JSON.parse(server.requests[0]?.body ?? '');

test('a subscription is created with every input, by the version that is meant', async () => {
  answer = () => ({ json: stored });
  await hooks.create(body);
  expect(server.requests).toMatchObject([{ method: 'POST', path: '/_apis/hooks/subscriptions' }]);
  expect(server.requests[0]?.headers.accept).toBe('application/json;api-version=7.1');
  expect(server.options).toEqual([]);
  expect(sent()).toEqual({ publisherId: 'tfs', consumerId: 'webHooks', consumerActionId: 'httpRequest', ...body });
});

test('writing one has it enabled', async () => {
  answer = () => ({ json: stored });
  await hooks.update(id, body);
  expect(server.requests).toMatchObject([{ method: 'PUT', path: `/_apis/hooks/subscriptions/${id}` }]);
  expect(sent()).toMatchObject({ id, status: 'enabled', consumerInputs: { basicAuthPassword: password } });
});

test('what the service leaves out, or says otherwise, is read all the same', async () => {
  answer = () => ({
    json: {
      value: [
        { id: id.toUpperCase(), eventType: 'git.push' },
        {
          ...stored,
          status: 'onProbation',
          createdBy: { id: projectId.toUpperCase(), displayName: 'Ada' },
          publisherInputs: { projectId, tfsSubscriptionId: null, many: ['a'] },
          probationRetries: '2',
          lastProbationRetryDate: '2026-10-01T12:00:00.1234567Z',
        },
      ],
    },
  });
  const nobody = { id: '', displayName: '' };
  expect(await hooks.list()).toEqual([
    {
      id,
      eventType: 'git.push',
      resourceVersion: '',
      consumerActionId: '',
      status: '',
      publisherInputs: {},
      consumerInputs: {},
      owner: nobody,
      changedBy: nobody,
      probation: { retries: 0, lastRetryAt: null },
    },
    {
      ...stored,
      status: 'onProbation',
      publisherInputs: { projectId },
      owner: { id: projectId, displayName: 'Ada' },
      changedBy: nobody,
      probation: { retries: 2, lastRetryAt: new Date('2026-10-01T12:00:00.123Z') },
    },
  ]);
});

test('one that is not there is deleted already; another refusal is told', async () => {
  answer = () => ({ status: 404, json: { message: 'not found' } });
  await expect(hooks.remove(id)).resolves.toBeUndefined();
  answer = () => ({ status: 403, json: { message: 'no' } });
  expect(await failureOf(hooks.remove(id))).toMatchObject({ kind: 'permissionMissing' });
  answer = () => ({ status: 204 });
  await expect(hooks.remove(id)).resolves.toBeUndefined();
});

test.each<[string, ScriptedAnswer]>([
  ['a refusal', { status: 403, json: { message: `no ${password}` } }],
  ['a complaint', { status: 400, json: { message: `not ${password}` } }],
  ['an answer that is none', { json: { id: password } }],
])('the password stands in no failure: %s', async (_, given) => {
  answer = () => given;
  expect((await failureOf(hooks.create(body))).message).not.toContain(password);
});

test('a write whose answer was lost is not repeated, and says so', async () => {
  answer = () => (response) => response.destroy();
  expect(await failureOf(hooks.create(body))).toMatchObject({ kind: 'unavailable', mayHaveApplied: true });
  expect(server.requests).toHaveLength(1);
});

describe('rights', () => {
  const permissions = (allowed: (token: string, bits: number) => boolean): void => {
    answer = ({ path, query }) => {
      const bits = Number(path.split('/').at(-1));
      const tokens = (query.get('tokens') ?? '').split(',');
      return { json: { count: tokens.length, value: tokens.map((token) => allowed(token, bits)) } };
    };
  };

  test('one request where the account may do all of it, for many projects a few', async () => {
    permissions(() => true);
    const ids = Array.from(
      { length: 100 },
      (_, index) => `${String(index).padStart(8, '0')}-0000-4000-8000-000000000001`,
    );
    const { root, projects } = await hooks.readRights(ids);
    expect(root).toEqual({ view: true, edit: true });
    expect(projects.size).toBe(100);
    expect(server.requests).toHaveLength(3);
    expect(Math.max(...server.requests.map(({ url }) => url.length))).toBeLessThan(4_000);
  });

  test('what lacks is told by itself', async () => {
    permissions((token, bits) => token === 'PublisherSecurity' && bits === 1);
    expect(await hooks.readRights([projectId])).toEqual({
      root: { view: true, edit: false },
      projects: new Map([[projectId, { view: false, edit: false }]]),
    });
  });

  test('half an answer is none', async () => {
    answer = () => ({ json: { count: 1, value: [true] } });
    expect(await failureOf(hooks.readRights([projectId]))).toMatchObject({ kind: 'unexpected' });
  });
});
