import { PolicyEvaluationStatus } from 'azure-devops-node-api/interfaces/PolicyInterfaces';
import { getPersonalAccessTokenHandler, WebApi } from 'azure-devops-node-api';
import { listOf, present } from '../testing/json';
import { checkAnswer, findOperation, hasOpenApi, readOperations } from '../testing/openapi';
import { startTestSimulator, type Answer, type TestSimulator } from '../testing/start-test-simulator';
import { COMMENT_POLICY, REVIEWER_POLICY, STATUS_POLICY } from './policy-types';

/** Policy types and configurations as the REST API and the genuine client see them. */
let sim: TestSimulator;
const scope = [{ repositoryId: null, refName: 'refs/heads/main', matchKind: 'exact' }];
const statusPolicy = {
  isEnabled: true,
  isBlocking: true,
  type: { id: STATUS_POLICY },
  settings: { statusGenre: 'gate', statusName: 'verdict', invalidateOnSourceUpdate: true, mine: { kept: [1] }, scope },
};

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterAll(() => sim.end());

const policies = (person: string, method: string, path = '', body?: unknown): Promise<Answer> =>
  sim.call(person, method, `Shop/_apis/policy/configurations${path}`, body);

test('a configuration is created, read, updated, listed and deleted; its settings come back whole', async () => {
  const created = await policies('admin', 'POST', '', statusPolicy);
  expect(created.status).toBe(200);
  expect(created.body).toMatchObject({
    isEnabled: true,
    isBlocking: true,
    isDeleted: false,
    revision: 1,
    createdBy: { displayName: 'Olga Admin' },
    type: { id: STATUS_POLICY, displayName: 'Status' },
    settings: { ...statusPolicy.settings, scope: [{ ...present(scope[0]), matchKind: 'Exact' }] },
  });
  const path = `/${created.body.id}`;
  const updated = await policies('admin', 'PUT', path, { ...statusPolicy, isBlocking: false });
  expect(updated.body).toMatchObject({ id: created.body.id, revision: 2, isBlocking: false });
  expect((await policies('author', 'GET', path)).body).toEqual(updated.body);
  const revisions = (await policies('author', 'GET', `${path}/revisions`)).body;
  expect(revisions.value).toEqual([updated.body, created.body]);
  expect((await policies('author', 'GET', `${path}/revisions/1`)).body).toEqual(created.body);

  expect((await policies('admin', 'DELETE', path)).status).toBe(204);
  expect(await policies('admin', 'GET', path)).toMatchObject({ status: 404 });
  expect((await policies('admin', 'GET')).body.count).toBe(0);
  expect((await policies('admin', 'GET', `${path}/revisions/3`)).body).toMatchObject({ isDeleted: true });
});

test('only who may edit policies changes them, and only policies that make sense', async () => {
  const refused = await policies('author', 'POST', '', statusPolicy);
  expect(refused).toMatchObject({ status: 403, body: { typeKey: 'PolicyNeedsPermissionException' } });
  await sim.control('POST', 'permissions', { identity: 'author', editPolicies: true });
  const allowed = await policies('author', 'POST', '', statusPolicy);
  expect(allowed.status).toBe(200);
  await policies('author', 'DELETE', `/${allowed.body.id}`);
  await sim.control('POST', 'permissions', { identity: 'author', editPolicies: false });

  const { statusName: _, ...nameless } = statusPolicy.settings;
  for (const settings of [
    nameless,
    { ...statusPolicy.settings, scope: [] },
    { ...statusPolicy.settings, scope: [{ refName: 'refs/heads/main', matchKind: 'Nearly' }] },
    { ...statusPolicy.settings, scope: [{ refName: 'refs/heads/main', matchKind: 'DefaultBranch' }] },
  ]) {
    const wrong = await policies('admin', 'POST', '', { ...statusPolicy, settings });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('TF402457');
  }
  const build = await policies('admin', 'POST', '', {
    ...statusPolicy,
    type: { id: '0609b952-1397-4640-95ec-e00a01b2c241' },
  });
  expect(build.status).toBe(501);
});

test('lists by type, by the old scope, and those that apply to a branch', async () => {
  const { id: repositoryId } = await sim.rest('author', 'GET', 'git/repositories/web');
  const make = async (type: string, settings: Record<string, unknown>): Promise<number> =>
    (await policies('admin', 'POST', '', { isEnabled: true, isBlocking: true, type: { id: type }, settings })).body.id;
  const exact = await make(COMMENT_POLICY, {
    scope: [{ repositoryId, refName: 'refs/heads/main', matchKind: 'Exact' }],
  });
  const folder = await make(REVIEWER_POLICY, {
    minimumApproverCount: 1,
    scope: [{ repositoryId, refName: 'refs/heads/release', matchKind: 'Prefix' }],
  });
  const standard = await make(COMMENT_POLICY, { scope: [{ repositoryId: null, matchKind: 'DefaultBranch' }] });
  const idsAt = async (path: string): Promise<number[]> =>
    (await sim.call('author', 'GET', `Shop/_apis/${path}`)).body.value.map(({ id }) => id);
  expect(await idsAt(`policy/configurations?policyType=${REVIEWER_POLICY.toUpperCase()}`)).toEqual([folder]);
  const compact = String(repositoryId).replaceAll('-', '');
  expect(await idsAt(`policy/configurations?scope=${compact}:refs/heads/main`)).toEqual([exact]);
  const applying = (refName: string): Promise<number[]> =>
    idsAt(`git/policy/configurations?repositoryId=${repositoryId}&refName=${refName}`);
  expect(await applying('refs/heads/main')).toEqual([exact, standard]);
  expect(await applying('refs/heads/release/1.0')).toEqual([folder]);
  expect(await applying('refs/heads/released')).toEqual([]);
  const first = await sim.call('author', 'GET', 'Shop/_apis/policy/configurations?$top=2');
  const next = first.headers.get('x-ms-continuationtoken') ?? '';
  expect(first.body.count).toBe(2);
  expect(await idsAt(`policy/configurations?continuationToken=${next}`)).toEqual([standard]);
  for (const id of [exact, folder, standard]) await policies('admin', 'DELETE', `/${id}`);
});

test('the genuine client: types, configurations, evaluations and asking again', async () => {
  const connection = new WebApi(sim.simulator.url, getPersonalAccessTokenHandler('admin-pat', false));
  const api = await connection.getPolicyApi();
  expect((await api.getPolicyTypes('Shop')).map(({ displayName }) => displayName)).toEqual([
    'Comment requirements',
    'Minimum number of reviewers',
    'Require a merge strategy',
    'Status',
  ]);
  const created = await api.createPolicyConfiguration(statusPolicy, 'Shop');
  expect((await api.getPolicyConfigurations('Shop')).map(({ id }) => id)).toEqual([created.id]);
  await sim.branch('client', { 'client.txt': '1\n' });
  const { pullRequestId } = await sim.open('client');
  const { id: projectId } = present((await sim.call('admin', 'GET', '_apis/projects')).body.value[0]);
  const artifactId = `vstfs:///CodeReview/CodeReviewId/${projectId}/${pullRequestId}`;
  const [evaluation] = await api.getPolicyEvaluations('Shop', artifactId);
  expect(evaluation).toMatchObject({
    artifactId,
    status: PolicyEvaluationStatus.Queued,
    configuration: { id: created.id },
  });
  const again = await api.requeuePolicyEvaluation('Shop', present(evaluation?.evaluationId));
  expect(again.evaluationId).toBe(evaluation?.evaluationId);
  expect(await api.getPolicyEvaluation('Shop', present(evaluation?.evaluationId))).toMatchObject({ artifactId });
  await api.deletePolicyConfiguration('Shop', present(created.id));
  expect(await api.getPolicyConfiguration('Shop', present(created.id))).toBeNull();
});

(hasOpenApi ? test : test.skip)('every answer of this file fits the documents', async () => {
  const operations = readOperations(['git', 'policy']);
  const answered = listOf(await sim.control('GET', 'requests')).filter(({ url }) => url.includes('/policy/'));
  const problems = answered
    .filter(({ method, status }) => method !== 'OPTIONS' && Number(status) < 300)
    .flatMap(({ method, url, status, responseBody }) => {
      const operation = findOperation(operations, method, url);
      return operation ? checkAnswer(operation, Number(status), responseBody) : [`${method} ${url} is in no document`];
    });
  expect(answered.length).toBeGreaterThan(20);
  expect([...new Set(problems)]).toEqual([]);
});

test('policies survive a restart', async () => {
  const { id } = (await policies('admin', 'POST', '', statusPolicy)).body;
  await sim.restart();
  expect((await policies('author', 'GET', `/${id}`)).body).toMatchObject({ settings: { mine: { kept: [1] } } });
});
