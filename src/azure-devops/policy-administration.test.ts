import type { BranchPolicy } from '../app/ports';

import { administerPolicies, type ConnectedPolicyAdministration } from './policy-administration';
import { collectLog, failureOf, projectId, repositoryId, wireList } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();
const typeId = 'cbdc66da-9728-4af8-aada-9a5a32e4a226';
const configurations = `/${projectId}/_apis/policy/configurations`;

const policyArea = {
  id: 'dad91cbe-d183-45f8-9c6e-9c1164472121',
  area: 'policy',
  resourceName: 'configurations',
  routeTemplate: '{project}/_apis/{area}/{resource}/{configurationId}',
  resourceVersion: 1,
  minVersion: '2.0',
  maxVersion: '7.2',
  releasedVersion: '7.1',
};

const revisionsArea = {
  ...policyArea,
  id: 'fe1e68a2-60d3-43cb-855b-85e41ae97c95',
  resourceName: 'revisions',
  routeTemplate: '{project}/_apis/{area}/configurations/{configurationId}/{resource}/{revisionId}',
};

let administration: ConnectedPolicyAdministration;

beforeEach(() => {
  scene.answerOptions = ({ path }) =>
    path.toLowerCase().endsWith('/policy') ? { json: wireList(policyArea, revisionsArea) } : undefined;
  administration = administerPolicies({
    url: scene.server.url,
    credential: { kind: 'pat', pat: 'admin' },
    log: collectLog(),
  });
});

afterEach(() => administration.dispose());

const settings = {
  statusGenre: 'portcullis',
  statusName: 'verdict',
  policyApplicability: null,
  unknown: { kept: [1, 'two'] },
  scope: [{ repositoryId, refName: 'refs/heads/main', matchKind: 'Exact' }],
};
const policy: BranchPolicy = { id: 12, isEnabled: true, isBlocking: true, settings };

/** As the service answers it, with what it adds. */
function wirePolicy(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    createdBy: { id: projectId, displayName: 'Ada' },
    createdDate: 'not a date at all',
    isEnabled: true,
    isBlocking: true,
    isDeleted: false,
    isEnterpriseManaged: false,
    settings,
    _links: { self: { href: 'https://example.com' } },
    revision: 3,
    id: 12,
    url: 'https://example.com',
    type: { id: typeId.toUpperCase(), displayName: 'Status' },
    ...changes,
  };
}

test('reads the status policies by id, without what is deleted or of another type', async () => {
  scene.script = () => ({
    json: wireList(
      wirePolicy({ id: 14 }),
      wirePolicy(),
      wirePolicy({ id: 13, isDeleted: true }),
      wirePolicy({ id: 15, type: { id: projectId } }),
    ),
  });
  expect(await administration.readStatusPolicies(projectId)).toEqual([policy, { ...policy, id: 14 }]);
  const [request] = scene.server.requests;
  expect(request?.path).toBe(configurations);
  expect(request?.query.get('policyType')).toBe(typeId);
});

test('reads on to the last page', async () => {
  scene.script = ({ query }) =>
    query.get('continuationToken') === '14'
      ? { json: wireList(wirePolicy({ id: 14 })) }
      : { json: wireList(wirePolicy()), headers: { 'x-ms-continuationtoken': '14' } };
  const found = await administration.readStatusPolicies(projectId);
  expect(found.map(({ id }) => id)).toEqual([12, 14]);
  expect(scene.server.requests).toHaveLength(2);
});

test('reads one policy, and what was ever written of it, newest first', async () => {
  const first = wirePolicy({ revision: 1, isBlocking: false, createdDate: '2026-03-01T10:00:00Z' });
  scene.script = ({ path, query }) =>
    path.endsWith('/revisions')
      ? { json: wireList(...[first, wirePolicy()].slice(Number(query.get('$skip')))) }
      : { json: wirePolicy() };
  expect(await administration.readStatusPolicy(projectId, 12)).toEqual(policy);
  expect(scene.server.requests.at(-1)).toMatchObject({ method: 'GET', path: `${configurations}/12` });
  expect(await administration.readPolicyRevisions(projectId, 12)).toEqual([
    { policy, by: 'Ada', at: null },
    { policy: { ...policy, isBlocking: false }, by: 'Ada', at: '2026-03-01T10:00:00.000Z' },
  ]);
});

test('creates a policy with exactly what it is told', async () => {
  scene.script = () => ({ json: wirePolicy() });
  const { id, ...fresh } = policy;
  expect(await administration.createStatusPolicy(projectId, fresh)).toEqual({ ...fresh, id });
  const [request] = scene.server.requests;
  expect(request).toMatchObject({ method: 'POST', path: configurations });
  expect(JSON.parse(request?.body ?? '')).toEqual({
    isEnabled: true,
    isBlocking: true,
    type: { id: typeId },
    settings,
  });
});

test('writes the whole of a policy that it changes', async () => {
  scene.script = () => ({ json: wirePolicy() });
  expect(await administration.updateStatusPolicy(projectId, policy)).toEqual(policy);
  const [request] = scene.server.requests;
  expect(request).toMatchObject({ method: 'PUT', path: `${configurations}/12` });
  expect(JSON.parse(request?.body ?? '')).toEqual({
    isEnabled: true,
    isBlocking: true,
    type: { id: typeId },
    settings,
  });
});

test.each<[string, Record<string, unknown>]>([
  ['another setting', { settings: { ...settings, policyApplicability: 1 } }],
  ['a setting missing', { settings: { ...settings, unknown: undefined } }],
  ['optional', { isBlocking: false }],
  ['off', { isEnabled: false }],
  ['another policy', { id: 13 }],
])('an answer that says something else than was written is no success: %s', async (_, changes) => {
  scene.script = () => ({ json: wirePolicy(changes) });
  expect(await failureOf(administration.updateStatusPolicy(projectId, policy))).toMatchObject({
    kind: 'unexpected',
    mayHaveApplied: true,
  });
});

test('what the service leaves out, adds or spells in its way is the same', async () => {
  const { policyApplicability, ...rest } = settings;
  expect(policyApplicability).toBeNull();
  scene.script = () => ({
    json: wirePolicy({ settings: { ...rest, more: true, scope: [{ ...settings.scope[0], matchKind: 'exact' }] } }),
  });
  expect(await administration.updateStatusPolicy(projectId, policy)).toMatchObject({ id: 12 });
});

test('a refused write names the permission and the scope, and is not repeated', async () => {
  scene.script = () => ({ status: 403, json: { message: 'Access denied.' } });
  const failure = await failureOf(administration.createStatusPolicy(projectId, policy));
  expect(failure.kind).toBe('permissionMissing');
  expect(failure.message).toContain('"Edit policies"');
  expect(failure.message).toContain('Code (Read & write)');
  expect(scene.server.requests).toHaveLength(1);
  scene.script = () => ({ status: 503 });
  expect(await failureOf(administration.createStatusPolicy(projectId, policy))).toMatchObject({ mayHaveApplied: true });
  expect(scene.server.requests).toHaveLength(2);
});

test('reads a project and a repository by name', async () => {
  scene.answer({
    '/_apis/projects/Shop%20%26%20Co': { id: projectId.toUpperCase(), name: 'Shop & Co', state: 'wellFormed' },
    '/_apis/git/repositories/web': {
      id: repositoryId.toUpperCase(),
      name: 'web',
      project: { id: projectId, name: 'Shop & Co' },
      defaultBranch: 'refs/heads/main',
    },
    '/_apis/git/repositories/empty': { id: repositoryId, name: 'empty', project: { id: projectId, name: 'Shop & Co' } },
  });
  const project = { id: projectId, name: 'Shop & Co' };
  expect(await administration.readProject('Shop & Co')).toEqual(project);
  expect(await administration.readRepository('Shop & Co', 'web')).toEqual({
    id: repositoryId,
    name: 'web',
    project,
    defaultBranch: 'refs/heads/main',
  });
  expect(await administration.readRepository('Shop & Co', 'empty')).toMatchObject({ defaultBranch: null });
  for (const name of ['..', ' ']) {
    expect(await failureOf(administration.readProject(name))).toMatchObject({ kind: 'notFound' });
    expect(await failureOf(administration.readRepository('Shop', name))).toMatchObject({ kind: 'notFound' });
  }
});

test('policies are read with the PAT of the gate, too', async () => {
  scene.answer({ [configurations]: wireList(wirePolicy()) });
  await expect(scene.door.readStatusPolicies(projectId)).resolves.toEqual([policy]);
});
