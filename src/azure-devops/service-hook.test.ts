import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseServiceHook, type ParsedHook } from './service-hook';

const samples = join(__dirname, '../../../shared/service-hook-payloads');
const areSamplesHere = existsSync(samples);

/** What each of Microsoft's samples amounts to. */
const expected: Record<string, ParsedHook['kind']> = {
  'build.complete.v1.0.json': 'unwanted',
  'build.complete.v2.0.json': 'unwanted',
  'git.pullrequest.created.v1.0.json': 'test',
  // Anonymised ids, which the Test button does not send.
  'git.pullrequest.merged.v1.0-preview.1.json': 'pullRequest',
  'git.pullrequest.merged.v1.0.json': 'test',
  'git.pullrequest.updated.v1.0.json': 'test',
  'git.push.v1.0.json': 'unwanted',
  'git.repo.created.v1.0-preview.1.json': 'unwanted',
  'git.repo.deleted.v1.0-preview.1.json': 'unwanted',
  'git.repo.forked.v1.0-preview.1.json': 'unwanted',
  'git.repo.renamed.v1.0-preview.1.json': 'unwanted',
  'git.repo.statuschanged.v1.0-preview.1.json': 'unwanted',
  // Version 1.0 is the bare comment: nothing says which pull request it belongs to.
  'ms.vss-code.git-pullrequest-comment-event.v1.0.json': 'malformed',
  'ms.vss-code.git-pullrequest-comment-event.v2.0.deleted-comment.json': 'test',
  'ms.vss-code.git-pullrequest-comment-event.v2.0.json': 'test',
  'ms.vss-pipelines.run-state-changed-event.v5.1-preview.1.json': 'unwanted',
  'workitem.commented.v1.0.json': 'unwanted',
};

if (areSamplesHere) {
  describe("Microsoft's samples", () => {
    const files = readdirSync(samples).filter((file) => file.endsWith('.json'));
    test('each has its expectation', () => expect(files.sort()).toEqual(Object.keys(expected).sort()));
    test.each(files)('%s', (file) => {
      expect(parseServiceHook(JSON.parse(readFileSync(join(samples, file), 'utf8'))).kind).toBe(expected[file]);
    });
  });
} else {
  test.skip("Microsoft's samples (../shared/service-hook-payloads is not there)", () => undefined);
}

const repositoryId = '3b3ae425-0079-421f-9101-bcf15d6df041';
const sampleRepositoryId = '4bc14d40-c903-45e2-872e-0462c7748079';
const sampleEventId = 'af07be1b-f3ad-44c8-a7f1-c4835f2df06b';
const noId = '00000000-0000-0000-0000-000000000000';

function delivery(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    subscriptionId: 'B3B8F3C1-7D6F-4E2F-8A64-6D2D3A1F9F10',
    notificationId: 42,
    id: '4F4C8C16-9B44-4E37-8A2B-0D2E1C6B7A58',
    eventType: 'git.pullrequest.updated',
    publisherId: 'tfs',
    message: { text: 'whatever it says' },
    resource: { repository: { id: repositoryId.toUpperCase(), project: { id: 'p' } }, pullRequestId: 7 },
    resourceVersion: '1.0',
    resourceContainers: {
      collection: { id: 'C04D9B7E-61F2-4C8D-8A35-E0B1F2D4A697', baseUrl: 'https://attacker.example/' },
      account: { id: 'a7c5e1d2-3b64-4f0a-9d18-5c2e7f901b3a' },
      project: { id: 'be9b3917-87e6-42a4-a549-2bc06a7a878f' },
    },
    createdDate: '2025-01-01T00:00:00.1234567Z',
    ...changes,
  };
}

const parsed = {
  kind: 'pullRequest',
  eventId: '4f4c8c16-9b44-4e37-8a2b-0d2e1c6b7a58',
  eventType: 'git.pullrequest.updated',
  subscriptionId: 'b3b8f3c1-7d6f-4e2f-8a64-6d2d3a1f9f10',
  notificationId: 42,
  repositoryId,
  pullRequestId: 7,
  organizationIds: ['c04d9b7e-61f2-4c8d-8a35-e0b1f2d4a697', 'a7c5e1d2-3b64-4f0a-9d18-5c2e7f901b3a'],
};

describe('a real delivery', () => {
  test('gives its ids, lower case, and nothing else', () => {
    expect(parseServiceHook(delivery())).toEqual(parsed);
  });

  test.each(['git.pullrequest.created', 'git.pullrequest.merged'])('%s is wanted', (eventType) => {
    expect(parseServiceHook(delivery({ eventType }))).toEqual({ ...parsed, eventType });
  });

  test.each([false, true])('a comment names its author (deleted: %s)', (isDeleted) => {
    const eventType = 'ms.vss-code.git-pullrequest-comment-event';
    const author = { id: '54D125F7-69F7-4191-904F-C5B96B6261C8' };
    const resource = { comment: { id: 2, author, isDeleted }, pullRequest: delivery()['resource'] };
    expect(parseServiceHook(delivery({ eventType, resource }))).toEqual({
      ...parsed,
      eventType,
      commentAuthorId: '54d125f7-69f7-4191-904f-c5b96b6261c8',
    });
  });

  test('only a comment has a comment author', () => {
    const resource = { pullRequest: delivery()['resource'], comment: { author: { id: repositoryId } } };
    expect(parseServiceHook(delivery({ resource }))).not.toHaveProperty('commentAuthorId');
  });

  test.each([
    `https://dev.azure.com/contoso/_apis/git/repositories/${repositoryId}/pullRequests/7`,
    `https://attacker.example/_apis/repos/git/repositories/${repositoryId.toUpperCase()}/pullRequests/7?x=/pullRequests/9`,
  ])('minimal details: the ids come from the path of %s', (url) => {
    expect(parseServiceHook(delivery({ resource: { id: 7, url } }))).toEqual(parsed);
    expect(parseServiceHook(delivery({ resource: { pullRequest: { url } } }))).toEqual(parsed);
  });

  test('a server that names no containers and no subscription is heard, too', () => {
    const changes = { resourceContainers: undefined, subscriptionId: null, notificationId: undefined };
    expect(parseServiceHook(delivery(changes))).toEqual({
      ...parsed,
      organizationIds: [],
      subscriptionId: null,
      notificationId: null,
    });
  });
});

describe('a test delivery', () => {
  const sample = { repository: { id: sampleRepositoryId }, pullRequestId: 1 };

  test('is known by the sample repository and the sample event, or a subscription that is none yet', () => {
    expect(parseServiceHook(delivery({ id: sampleEventId, resource: sample })).kind).toBe('test');
    expect(parseServiceHook(delivery({ subscriptionId: noId, resource: sample })).kind).toBe('test');
    const url = `https://fabrikam.visualstudio.com/_apis/git/repositories/${sampleRepositoryId}/pullRequests/1`;
    expect(parseServiceHook(delivery({ id: sampleEventId, resource: { url } })).kind).toBe('test');
  });

  test('one mark alone makes no test: a real event must never be dropped as one', () => {
    expect(parseServiceHook(delivery({ id: sampleEventId })).kind).toBe('pullRequest');
    expect(parseServiceHook(delivery({ subscriptionId: noId })).kind).toBe('pullRequest');
    expect(parseServiceHook(delivery({ resource: sample })).kind).toBe('pullRequest');
  });
});

test.each(['git.push', 'git.repo.created', 'build.complete', 'git.pullrequest', 'GIT.PULLREQUEST.CREATED', ''])(
  'event %j is unwanted',
  (eventType) => expect(parseServiceHook(delivery({ eventType })).kind).toBe('unwanted'),
);

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['text', 'hello'],
  ['a list', [delivery()]],
  ['no event type', delivery({ eventType: undefined })],
  ['an event type that is no text', delivery({ eventType: 1 })],
  ['no event id', delivery({ id: undefined })],
  ['an event id that is none', delivery({ id: 'x' })],
  ['a subscription id that is none', delivery({ subscriptionId: '../..' })],
  ['a notification id that is none', delivery({ notificationId: -1 })],
  ['no resource', delivery({ resource: null })],
  ['no repository', delivery({ resource: { pullRequestId: 7 } })],
  ['a repository that is no id', delivery({ resource: { repository: { id: '../x' }, pullRequestId: 7 } })],
  ['the repository without an id', delivery({ resource: { repository: { id: noId }, pullRequestId: 7 } })],
  ['pull request 0', delivery({ resource: { repository: { id: repositoryId }, pullRequestId: 0 } })],
  ['pull request "7"', delivery({ resource: { repository: { id: repositoryId }, pullRequestId: '7' } })],
  ['pull request 1e300', delivery({ resource: { repository: { id: repositoryId }, pullRequestId: 1e300 } })],
  ['a URL that is none', delivery({ resource: { url: 'not a url' } })],
  ['a URL elsewhere', delivery({ resource: { url: `https://x/_apis/git/repositories/${repositoryId}` } })],
  ['an organization that is no id', delivery({ resourceContainers: { collection: { id: 'contoso' } } })],
  ['containers that are none', delivery({ resourceContainers: 'contoso' })],
])('%s is malformed', (_, body) => {
  expect(parseServiceHook(body)).toEqual({ kind: 'malformed', reason: expect.any(String) });
});
