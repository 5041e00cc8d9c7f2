import { administerAzureDevOps, type Administration, type ServiceHookOptions } from './connect';
import { collectLog, failureOf, projectId } from './testing/fixtures';
import {
  startScriptedServer,
  type ScriptedAnswer,
  type ScriptedServer,
  type SeenRequest,
} from './testing/scripted-server';

const password = 'a-hook-secret-that-nobody-may-see';
const wanted: ServiceHookOptions = {
  projectId,
  url: 'https://gate.contoso.com/api/service-hooks/c1',
  userName: 'portcullis',
  password,
  eventTypes: ['git.pullrequest.created', 'git.pullrequest.updated', 'ms.vss-code.git-pullrequest-comment-event'],
};

interface Stored {
  [name: string]: unknown;
  id: string;
  status: string;
  consumerInputs: Record<string, string>;
  publisherInputs: Record<string, string>;
}

let server: ScriptedServer;
let administration: Administration;
let stored: Stored[];
let answer: ((request: SeenRequest) => ScriptedAnswer | undefined) | undefined;

/** Subscriptions as the service keeps them: the password comes back masked. */
function service(request: SeenRequest): ScriptedAnswer | undefined {
  if (answer) return answer(request);
  const mask = (one: Stored): Stored => ({
    ...one,
    consumerInputs: { ...one.consumerInputs, basicAuthPassword: '********' },
  });
  if (request.method === 'GET') return { json: { count: stored.length, value: stored.map(mask) } };
  const body = JSON.parse(request.body) as Stored;
  const at = stored.findIndex(({ id }) => request.path.endsWith(id));
  const one = {
    ...body,
    id: at === -1 ? `${String(stored.length).padStart(8, '0')}-0000-4000-8000-000000000001` : (stored[at]?.id ?? ''),
    status: 'enabled',
    publisherInputs: { ...body.publisherInputs, tfsSubscriptionId: 'x' },
  };
  if (at === -1) stored.push(one);
  else stored[at] = one;
  return { json: mask(one) };
}

beforeAll(async () => {
  server = await startScriptedServer(service);
});

beforeEach(() => {
  server.requests.length = 0;
  server.options.length = 0;
  stored = [];
  answer = undefined;
  administration = administerAzureDevOps({
    url: server.url,
    credential: { kind: 'pat', pat: 'a-pat' },
    log: collectLog(),
  });
});

afterEach(() => administration.dispose());
afterAll(() => server.stop());

const writes = (): SeenRequest[] => server.requests.filter(({ method }) => method !== 'GET');

describe('ensureServiceHooks', () => {
  test('creates what is missing, exactly so, and nothing the second time', async () => {
    await expect(administration.ensureServiceHooks(wanted)).resolves.toEqual({ created: 3, updated: 0, unchanged: 0 });
    const [first, second, third] = writes().map(({ body }): unknown => JSON.parse(body));
    expect(writes()[0]).toMatchObject({ method: 'POST', path: '/_apis/hooks/subscriptions' });
    expect(writes()[0]?.headers.accept).toBe('application/json;api-version=7.1');
    expect(second).toEqual({
      publisherId: 'tfs',
      eventType: 'git.pullrequest.updated',
      resourceVersion: '1.0',
      consumerId: 'webHooks',
      consumerActionId: 'httpRequest',
      publisherInputs: { projectId, repository: '', branch: '', notificationType: '' },
      consumerInputs: {
        url: wanted.url,
        basicAuthUsername: 'portcullis',
        basicAuthPassword: password,
        resourceDetailsToSend: 'all',
        messagesToSend: 'none',
        detailedMessagesToSend: 'none',
        acceptUntrustedCerts: 'false',
      },
    });
    expect(first).toMatchObject({ publisherInputs: { projectId, repository: '', branch: '' } });
    expect(third).toMatchObject({ resourceVersion: '2.0' });

    server.requests.length = 0;
    await expect(administration.ensureServiceHooks(wanted)).resolves.toEqual({ created: 0, updated: 0, unchanged: 3 });
    expect(writes()).toEqual([]);
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/_apis/hooks/subscriptions?publisherId=tfs&consumerId=webHooks',
    ]);
    expect(server.options).toEqual([]);
  });

  test.each<[string, (one: Stored) => void]>([
    ['another host', (one) => (one.consumerInputs['url'] = 'https://old.contoso.com/api/service-hooks/c1')],
    ['another user name', (one) => (one.consumerInputs['basicAuthUsername'] = 'old')],
    ['minimal details', (one) => (one.consumerInputs['resourceDetailsToSend'] = 'minimal')],
    ['another version', (one) => (one['resourceVersion'] = '2.0')],
    ['having been disabled', (one) => (one.status = 'disabledBySystem')],
  ])('mends a subscription for %s', async (_, spoil) => {
    await administration.ensureServiceHooks(wanted);
    const [one] = stored;
    if (one) spoil(one);
    server.requests.length = 0;
    await expect(administration.ensureServiceHooks(wanted)).resolves.toEqual({ created: 0, updated: 1, unchanged: 2 });
    expect(writes()).toHaveLength(1);
    expect(writes()[0]).toMatchObject({ method: 'PUT', path: `/_apis/hooks/subscriptions/${one?.id ?? ''}` });
    expect(stored[0]).toMatchObject({
      consumerInputs: { url: wanted.url, basicAuthPassword: password },
      status: 'enabled',
    });
  });

  test('a subscription on probation is left to the service', async () => {
    await administration.ensureServiceHooks(wanted);
    for (const one of stored) one.status = 'onProbation';
    await expect(administration.ensureServiceHooks(wanted)).resolves.toMatchObject({ updated: 0, unchanged: 3 });
  });

  test('rewrites them all when asked to, for a new password', async () => {
    await administration.ensureServiceHooks(wanted);
    const again = { ...wanted, password: 'another-secret', rewrite: true };
    await expect(administration.ensureServiceHooks(again)).resolves.toEqual({ created: 0, updated: 3, unchanged: 0 });
    expect(stored.map(({ consumerInputs }) => consumerInputs['basicAuthPassword'])).toEqual(
      Array(3).fill('another-secret'),
    );
  });

  test.each<[string, (one: Stored) => void]>([
    ['of another project', (one) => (one.publisherInputs['projectId'] = '00000000-0000-4000-8000-00000000000f')],
    ['of another connection', (one) => (one.consumerInputs['url'] = 'https://gate.contoso.com/api/service-hooks/c2')],
    ['for one repository only', (one) => (one.publisherInputs['repository'] = 'a-repository')],
    ['for votes only', (one) => (one.publisherInputs['notificationType'] = 'ReviewerVoteNotification')],
  ])('a subscription %s is not ours', async (_, spoil) => {
    await administration.ensureServiceHooks(wanted);
    for (const one of stored) spoil(one);
    await expect(administration.ensureServiceHooks(wanted)).resolves.toEqual({ created: 3, updated: 0, unchanged: 0 });
    expect(stored).toHaveLength(6);
  });

  test('an account that may create but not view is told before it creates them again', async () => {
    answer = ({ method }) => ({
      json: method === 'GET' ? { value: [] } : { id: '00000000-0000-4000-8000-000000000001', eventType: 'x' },
    });
    const failure = await failureOf(administration.ensureServiceHooks(wanted));
    expect(failure).toMatchObject({ kind: 'permissionMissing', mayHaveApplied: true });
    expect(failure.message).toContain('View subscriptions');
  });

  test('the password stands in no failure, and a refused write names the right', async () => {
    answer = ({ method }) =>
      method === 'GET' ? { json: { value: [] } } : { status: 403, json: { message: `no ${password}` } };
    const failure = await failureOf(administration.ensureServiceHooks(wanted));
    expect(failure.kind).toBe('permissionMissing');
    expect(failure.message).toContain('Edit subscriptions');
    expect(failure.message).not.toContain(password);
  });

  test('an event that Portcullis does not know is refused before anything is written', async () => {
    const failure = await failureOf(
      administration.ensureServiceHooks({ ...wanted, eventTypes: [...wanted.eventTypes, 'git.push'] }),
    );
    expect(failure.message).toContain('git.push');
    expect(writes()).toEqual([]);
  });
});

describe('readProjects', () => {
  test('pages to the end, whatever the service gives at most, by name', async () => {
    const all = Array.from({ length: 250 }, (_, index) => ({
      id: `${String(index).padStart(8, '0')}-0000-4000-8000-000000000001`,
      name: `p${String(999 - index)}`,
      lastUpdateTime: 'nonsense',
    }));
    answer = ({ query }) => {
      const skip = Number(query.get('$skip') ?? 0);
      return { json: { value: all.slice(skip, skip + 100) } };
    };
    const projects = await administration.readProjects();
    expect(projects).toHaveLength(250);
    expect(projects[0]).toEqual({ id: all[249]?.id, name: 'p750' });
  });

  test('a service that does not page is not asked for ever', async () => {
    answer = () => ({ json: { value: [{ id: projectId, name: 'Shop' }] } });
    await expect(administration.readProjects()).resolves.toEqual([{ id: projectId, name: 'Shop' }]);
  });
});
