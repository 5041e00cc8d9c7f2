import { listOf, present } from './testing/json';
import { checkAnswer, findOperation, hasOpenApi, readOperations } from './testing/openapi';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/**
 * Every answer against Microsoft's OpenAPI: names and types of properties, values of enums. Skipped where the documents
 * do not stand beside the project.
 */
const withDocuments = hasOpenApi ? test : test.skip;
let sim: TestSimulator;

beforeAll(async () => {
  sim = await startTestSimulator();
});
afterAll(() => sim.end());

/** Not in the documents: discovery, and a project-less list of merge bases' own path. */
const UNDOCUMENTED = /\/_api\/|\/_apis\/(connectionData|ResourceAreas|operations|GraphProfile)|\/wit\/workitems\/\$/i;

withDocuments('every answer of a walk through all routes fits the documents', async () => {
  await walk();
  const operations = readOperations([
    'git',
    'core',
    'workItemTracking',
    'serviceHooks',
    'identities',
    'security',
    'graph',
  ]);
  const log = listOf(await sim.control('GET', 'requests'));
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { method, url, status, responseBody } of log) {
    if (UNDOCUMENTED.test(url) || method === 'OPTIONS') continue;
    const operation = findOperation(operations, method, url);
    if (!operation) problems.push(`${method} ${url} is in no document`);
    else {
      seen.add(`${method} ${operation.segments.slice(-3).join('/')}`);
      problems.push(
        ...checkAnswer(operation, Number(status), responseBody).map((problem) => `${method} ${url}: ${problem}`),
      );
    }
  }
  expect([...new Set(problems)]).toEqual([]);
  expect(log.map((entry) => Number(entry.status)).filter((status) => status >= 300)).toEqual([]);
  expect(seen.size).toBeGreaterThan(50);
});

async function walk(): Promise<void> {
  const { rest, call } = sim;
  const repositories = 'git/repositories';
  const web = `${repositories}/web`;
  await call('admin', 'GET', '_apis/projects');
  await call('admin', 'GET', '_apis/projects/Shop?includeCapabilities=true');
  const capabilities = {
    versioncontrol: { sourceControlType: 'Git' },
    processTemplate: { templateTypeId: 'adcc42ab-9882-485e-a3ed-7678f01f66bc' },
  };
  await call('admin', 'POST', '_apis/projects', { name: 'Walk', capabilities });
  await rest('author', 'GET', repositories);
  const created = await rest('author', 'POST', repositories, { name: 'empty' });
  const [{ id: fork }, { id: webId }] = [
    await sim.control('POST', 'forks', { repository: 'web' }),
    await rest('author', 'GET', web),
  ];
  await rest('author', 'GET', `${repositories}/${fork}`);
  await rest('author', 'PATCH', `${repositories}/${created.id}`, { name: 'still-empty' });

  const head = await sim.branch('walk', { 'src/new.ts': 'export const one = 1;\n', 'docs/deep/note.md': 'note\n' });
  const clone = await sim.clone();
  await clone.git('checkout', '--quiet', 'walk');
  await clone.git('mv', 'README.md', 'READ.md');
  await clone.git('tag', '-a', 'v1', '-m', 'one');
  const next = await clone.commit({ 'src/log.ts': null, 'src/money.ts': 'export {};\n' });

  const opened = await rest('author', 'POST', `${web}/pullrequests?supportsIterations=true`, {
    sourceRefName: 'refs/heads/walk',
    targetRefName: 'refs/heads/main',
    title: 'A walk',
    description: 'Through all routes',
    labels: [{ name: 'walk' }],
    workItemRefs: [{ id: '1' }],
    reviewers: [
      {
        id: String(present(listOf(await sim.control('GET', 'identities')).find((each) => each.key === 'reviewer')).id),
      },
    ],
  });
  const id = opened.pullRequestId;
  const one = `${web}/pullRequests/${id}`;
  await clone.git('push', '--quiet', 'origin', 'walk', 'v1');
  await sim.until(id, (each) => each.mergeStatus === 'succeeded' && each.lastMergeSourceCommit.commitId === next);

  await rest('author', 'GET', `${web}/refs?peelTags=true`);
  const [main] = (await rest('author', 'GET', `${web}/refs?filter=heads/main`)).value;
  await call('author', 'POST', `Shop/_apis/${web}/refs`, [
    { name: 'refs/heads/other', oldObjectId: '0'.repeat(40), newObjectId: present(main).objectId },
  ]);
  await rest('author', 'GET', `${web}/pushes?searchCriteria.includeRefUpdates=true`);
  await rest('author', 'GET', `${web}/commits/${head}`);
  await rest('author', 'GET', `${web}/commits/${next}/changes`);
  await rest('author', 'GET', `${web}/commits/${next}/mergebases?otherCommitId=${present(main).objectId}`);
  await rest('author', 'GET', `${web}/diffs/commits?baseVersion=main&targetVersion=walk`);
  await rest(
    'author',
    'GET',
    `${web}/items?scopePath=/src&recursionLevel=Full&includeContentMetadata=true&latestProcessedChange=true`,
  );
  const items = await rest('author', 'POST', `${web}/itemsbatch`, {
    itemDescriptors: [{ path: '/src', version: 'walk', versionType: 'branch', recursionLevel: 'OneLevel' }],
    includeContentMetadata: true,
  });
  expect(items.count).toBe(1);
  const [file] = (await rest('author', 'GET', `${web}/items?scopePath=/package.json`)).value;
  await rest('author', 'GET', `${web}/blobs/${present(file).objectId}?$format=json`);

  await rest('author', 'GET', 'git/pullrequests?searchCriteria.status=all');
  await rest('author', 'GET', `git/pullrequests/${id}`);
  await rest('author', 'GET', `${web}/pullrequests?searchCriteria.repositoryId=${webId}&$top=1&$skip=0`);
  await rest('author', 'GET', `${one}?includeCommits=true&includeWorkItemRefs=true`);
  for (const part of [
    'commits',
    'iterations?includeCommits=true',
    'iterations/2',
    'iterations/2/commits',
    'iterations/2/changes?$top=2',
    'workitems',
    'labels',
    'labels/walk',
    'reviewers',
  ]) {
    await rest('author', 'GET', `${one}/${part}`);
  }
  await rest('author', 'POST', `${one}/labels`, { name: 'more' });
  await rest('author', 'DELETE', `${one}/labels/more`);
  const reviewer = present(opened.reviewers[0]).id;
  await rest('reviewer', 'PUT', `${one}/reviewers/${reviewer}`, { vote: 10 });
  await rest('reviewer', 'GET', `${one}/reviewers/${reviewer}`);

  const status = { state: 'failed', description: 'no', context: { genre: 'g', name: 'n' }, properties: { a: 'b' } };
  await rest('bot', 'POST', `${one}/statuses`, { ...status, iterationId: 2 });
  await rest('bot', 'POST', `${one}/iterations/2/statuses`, status);
  for (const part of ['statuses', 'statuses/1', 'iterations/2/statuses', 'iterations/2/statuses/2']) {
    await rest('bot', 'GET', `${one}/${part}`);
  }
  await rest('bot', 'DELETE', `${one}/statuses/1`);
  await rest('bot', 'DELETE', `${one}/iterations/2/statuses/2`);

  const thread = await rest('bot', 'POST', `${one}/threads`, {
    comments: [{ content: 'hm', commentType: 1 }],
    status: 1,
    threadContext: {
      filePath: '/src/money.ts',
      rightFileStart: { line: 1, offset: 1 },
      rightFileEnd: { line: 1, offset: 2 },
    },
    pullRequestThreadContext: {
      changeTrackingId: 1,
      iterationContext: { firstComparingIteration: 1, secondComparingIteration: 2 },
    },
    properties: { key: 'value' },
  });
  const talk = `${one}/threads/${thread.id}`;
  await rest('bot', 'POST', `${talk}/comments`, { content: 'again', parentCommentId: 1 });
  await rest('bot', 'PATCH', `${talk}/comments/2`, { content: 'edited' });
  await rest('bot', 'DELETE', `${talk}/comments/2`);
  await rest('bot', 'PATCH', talk, { status: 'fixed' });
  for (const path of [`${one}/threads`, talk, `${talk}/comments`, `${talk}/comments/2`]) await rest('bot', 'GET', path);

  const group = await sim.control('POST', 'groups', { name: String.raw`[Shop]\Walkers`, members: ['reviewer'] });
  await rest('reviewer', 'PUT', `${one}/reviewers/${group.id}`, { isRequired: true });
  await rest('reviewer', 'PUT', `${one}/reviewers/${reviewer}`, { vote: 5 });
  await rest('reviewer', 'GET', one);
  await rest('bot', 'GET', `${one}/threads`);
  await call('bot', 'GET', `_apis/identities?identityIds=${group.id},${reviewer}&queryMembership=expanded`);
  await call('bot', 'GET', '_apis/identities?searchFilter=General&filterValue=Walkers&queryMembership=ExpandedDown');

  await rest('author', 'GET', 'wit/workitems/1?$expand=all');
  await rest('author', 'GET', 'wit/workitems?ids=1,2&$expand=relations');
  await rest('author', 'POST', 'wit/workitemsbatch', { ids: [1, 2] });
  await rest('author', 'PATCH', 'wit/workitems/1', [{ op: 'add', path: '/fields/System.State', value: 'Resolved' }]);
  await rest('author', 'POST', 'wit/artifacturiquery', { artifactUris: [opened.artifactId] });

  const subscription = {
    publisherId: 'tfs',
    eventType: 'git.pullrequest.created',
    resourceVersion: '1.0',
    consumerId: 'webHooks',
    consumerActionId: 'httpRequest',
    publisherInputs: { projectId: '' },
    consumerInputs: { url: 'http://localhost:1/nobody', basicAuthUsername: 'u', basicAuthPassword: 'p' },
  };
  const hook = (await call('admin', 'POST', '_apis/hooks/subscriptions', subscription)).body;
  const at = `_apis/hooks/subscriptions/${hook.id}`;
  await call('admin', 'GET', '_apis/hooks/subscriptions?publisherId=tfs');
  await call('admin', 'GET', at);
  await call('admin', 'PUT', at, subscription);
  await call('admin', 'POST', '_apis/hooks/subscriptionsquery', {
    publisherId: 'tfs',
    publisherInputFilters: [{ conditions: [{ inputId: 'projectId', operator: 'equals', inputValue: '' }] }],
  });
  await call('admin', 'GET', `${at}/notifications`);
  await call('admin', 'DELETE', at);

  await walkThroughSecurity(String(reviewer));

  await rest('author', 'PATCH', one, { status: 'completed', lastMergeSourceCommit: { commitId: next } });
  await sim.until(id, (each) => each.status === 'completed');
}

async function walkThroughSecurity(reviewer: string): Promise<void> {
  const { call } = sim;
  const hooks = 'cb594ebe-87dd-4fc9-ac2c-6a10a4c92046';
  const [person] = (await call('admin', 'GET', `_apis/identities?identityIds=${reviewer}`)).body.value;
  const { descriptor } = present(person);
  const entry = { descriptor, allow: 3, deny: 0, extendedInfo: {} };
  const token = 'PublisherSecurity';
  const lists = `_apis/accesscontrollists/${hooks}`;
  const asked = `token=${token}&descriptors=${encodeURIComponent(String(descriptor))}`;
  await call('admin', 'GET', `_apis/graph/Subjects/${String(present(person)['subjectDescriptor'])}/avatars`);
  await call('admin', 'GET', `_apis/securitynamespaces/${hooks}`);
  await call('admin', 'POST', `_apis/accesscontrolentries/${hooks}`, {
    token,
    merge: true,
    accessControlEntries: [entry],
  });
  await call('admin', 'GET', `${lists}?${asked}&includeExtendedInfo=true&recurse=true`);
  await call('reviewer', 'GET', `_apis/permissions/${hooks}/3?tokens=${token}`);
  const evaluations = [{ securityNamespaceId: hooks, token, permissions: 2 }];
  await call('reviewer', 'POST', '_apis/security/permissionevaluationbatch', { evaluations });
  await call('admin', 'DELETE', `_apis/permissions/${hooks}/2?token=${token}&descriptor=${String(descriptor)}`);
  await call('admin', 'DELETE', `_apis/accesscontrolentries/${hooks}?${asked}`);
  const acesDictionary = { [String(descriptor)]: entry };
  await call('admin', 'POST', lists, { count: 1, value: [{ token: `${token}/x`, acesDictionary }] });
  await call('admin', 'DELETE', `${lists}?tokens=${token}/x`);
}
