import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { comment, COMMENT_EVENT, deliveryOf, identityOf, subscribeTo, vote } from './testing/hook-acts';
import { startHookReceiver, type HookReceiver } from './testing/hook-receiver';
import { parseJson } from './testing/json';
import { startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/** Microsoft's own sample deliveries; beside the project where they are, not part of it. */
const SAMPLES = resolve(__dirname, '../../../shared/service-hook-payloads');
const withSamples = existsSync(SAMPLES) ? test : test.skip;

let sim: TestSimulator;
let receiver: HookReceiver;

beforeAll(async () => {
  sim = await startTestSimulator();
  receiver = await startHookReceiver();
  for (const name of ['created', 'updated', 'merged']) {
    await subscribeTo(sim, receiver.url, { eventType: `git.pullrequest.${name}`, resourceVersion: '1.0' });
  }
  await subscribeTo(sim, receiver.url, { eventType: COMMENT_EVENT, resourceVersion: '2.0' });
});
afterAll(async () => {
  await sim.end();
  await receiver.stop();
});

/** Every path of keys in a document; of a list only its first entry. */
function keyPaths(value: unknown, prefix = ''): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : keyPaths(value[0], `${prefix}[]`);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => [
    `${prefix}.${key}`,
    ...keyPaths(inner, `${prefix}.${key}`),
  ]);
}

/** Samples carry these; captured deliveries do not. */
const ONLY_IN_SAMPLES = /^\.scope$|\.commits(\[|$)|\.defaultBranch$/;
/** Captured deliveries carry these; the samples do not, or their pull request had none. */
const ONLY_IN_DELIVERIES =
  /^\.(subscriptionId|notificationId)$|\.baseUrl$|\.(isDraft|codeReviewId|supportsIterations|artifactId|size|sshUrl|webUrl|isDisabled|isInMaintenance|revision|visibility|lastUpdateTime|description|descriptor|hasDeclined|isFlagged|mergeStatus|usersLiked|completionOptions|completionQueueTime|lastMergeCommit|closedDate|closedBy)(\.|\[|$)|_links|\.lastMergeCommit\./;

describe('deliveries have the shape of the samples', () => {
  withSamples.each([
    ['git.pullrequest.created', 'git.pullrequest.created.v1.0.json'],
    ['git.pullrequest.updated', 'git.pullrequest.updated.v1.0.json'],
    ['git.pullrequest.merged', 'git.pullrequest.merged.v1.0.json'],
    [COMMENT_EVENT, `${COMMENT_EVENT}.v2.0.json`],
  ])('%s', async (eventType, file) => {
    await sim.branch(`shape-${eventType}`, { [`${eventType}.txt`]: '1\n' });
    const reviewers = [{ id: (await identityOf(sim, 'reviewer')).id }];
    const { pullRequestId: id } = await sim.open(`shape-${eventType}`, { description: 'words', reviewers });
    await vote(sim, id, 'reviewer', 5);
    await comment(sim, id, 'Hello');
    const { body, headers } = await receiver.next(deliveryOf(eventType, id));
    const sample = parseJson(readFileSync(join(SAMPLES, file), 'utf8'));
    const [given, expected] = [keyPaths(body), keyPaths(sample)];
    const later = sample.resource.status === 'completed' ? /\.closedDate$|\.isContainer$/ : /\.isContainer$/;
    // Queued when it is sent: the merge is tried out afterwards.
    const queued = body.resource.mergeStatus === 'queued' ? /\.lastMergeCommit(\.|$)/ : /^$/;
    const missing = expected.filter(
      (path) => !given.includes(path) && ![ONLY_IN_SAMPLES, later, queued].some((pattern) => pattern.test(path)),
    );
    const extra = given.filter((path) => !expected.includes(path) && !ONLY_IN_DELIVERIES.test(path));
    expect({ missing, extra }).toEqual({ missing: [], extra: [] });
    expect(body.createdDate).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(body.resourceContainers.account.baseUrl).toBe(`${sim.simulator.url}/`);
    expect(headers.authorization).toBe(`Basic ${Buffer.from('hook:secret').toString('base64')}`);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });
});
