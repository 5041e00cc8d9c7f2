import { Failure, type FailureKind } from '../core/failures';
import type { PullRequestDetails } from '../core/snapshot';
import { ordinary } from '../gates/testing/ordinary-pull-request';

import { readDependencies } from './read-dependencies';

const pullRequest = (id: number, description: string, more: Partial<PullRequestDetails> = {}): PullRequestDetails => ({
  ...ordinary.details,
  id,
  title: `number ${id}`,
  description,
  ...more,
});

/** Pull requests by number; what is not there is not found, and numbers come with failures. */
function organization(there: readonly PullRequestDetails[], failing: Record<number, FailureKind> = {}) {
  const rounds: number[][] = [];
  let isNewRound = true;
  const findPullRequest = async (number: number): Promise<PullRequestDetails> => {
    if (isNewRound) rounds.push([]);
    isNewRound = false;
    rounds.at(-1)?.push(number);
    await new Promise((resolve) => setImmediate(resolve));
    isNewRound = true;
    const kind = failing[number];
    if (kind) throw new Failure({ kind, message: `Number ${number} is ${kind}.`, remedy: 'needs more' });
    const found = there.find(({ id }) => id === number);
    if (!found) throw new Failure({ kind: 'notFound', message: `There is no ${number}.` });
    return found;
  };
  return { findPullRequest, rounds };
}

const chain = (length: number): PullRequestDetails[] =>
  Array.from({ length }, (_, index) => pullRequest(index + 2, `Depends-On: !${index + 3}`));

test('nothing is asked for where nothing is named', async () => {
  const { findPullRequest, rounds } = organization([]);
  await expect(readDependencies({ findPullRequest }, pullRequest(1, 'Merge-After: 2026-12-18'))).resolves.toEqual({});
  expect(rounds).toEqual([]);
});

test('those that are named at once, then those that the open ones wait for', async () => {
  const { findPullRequest, rounds } = organization([
    pullRequest(2, 'Depends-On: !4, !1'),
    pullRequest(3, 'Depends-On: !9', { status: 'completed', isDraft: true }),
    pullRequest(4, 'Depends-On: !2'),
  ]);
  const found = await readDependencies(
    { findPullRequest },
    pullRequest(1, 'Depends-On: !2, web!3, !2\nDepends-On: !1'),
  );
  expect(rounds).toEqual([[2, 3], [4]]);
  expect(found).toMatchObject({
    2: { kind: 'found', title: 'number 2', status: 'active', isDraft: false, waitsFor: [4, 1] },
    3: { kind: 'found', status: 'completed', isDraft: true, waitsFor: [9], repository: ordinary.details.repository },
    4: { kind: 'found', waitsFor: [2] },
  });
  expect(Object.keys(found)).toHaveLength(3);
});

test('what is not there and what is refused is told of the one, and does not hide the others', async () => {
  const { findPullRequest } = organization([pullRequest(4, '')], { 3: 'permissionMissing' });
  const found = await readDependencies({ findPullRequest }, pullRequest(1, 'Depends-On: !2, !3, !4'));
  expect(found).toMatchObject({
    2: { kind: 'notFound' },
    3: { kind: 'refused', message: 'Number 3 is permissionMissing.', remedy: 'needs more' },
    4: { kind: 'found' },
  });
});

test.each<FailureKind>(['unavailable', 'rateLimited', 'credentialRefused', 'unexpected'])(
  'a service that is %s says nothing about a pull request',
  async (kind) => {
    const { findPullRequest } = organization([], { 2: kind });
    await expect(readDependencies({ findPullRequest }, pullRequest(1, 'Depends-On: !2'))).rejects.toMatchObject({
      kind,
    });
  },
);

test('20 at once, 50 in all and 10 steps are looked at, whatever is named', async () => {
  const many = (first: number, count: number): string =>
    `Depends-On: ${Array.from({ length: count }, (_, index) => `!${first + index}`).join(', ')}`;
  const direct = organization([]);
  expect(Object.keys(await readDependencies(direct, pullRequest(1, many(2, 30))))).toHaveLength(20);

  const wide = organization([pullRequest(2, many(100, 40)), pullRequest(3, many(200, 40))]);
  expect(Object.keys(await readDependencies(wide, pullRequest(1, 'Depends-On: !2, !3')))).toHaveLength(50);
  expect(wide.rounds).toHaveLength(2);

  const deep = organization(chain(30));
  expect(Object.keys(await readDependencies(deep, pullRequest(1, 'Depends-On: !2')))).toHaveLength(10);
  expect(deep.rounds).toHaveLength(10);
});
