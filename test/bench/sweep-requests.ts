import { SWEEP_MINUTES } from '../../src/app/enqueue-sweeps';
import type { Clone, TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';
import { pullRequestOf, requestsOfGate } from '../support/requests';

import { MEASURED_ACTIVE, type EventRequests } from './organization';
import { nothingLeft, queueIsQuiet } from './quiet';

/** Sweeps until each pull request was looked at, whatever the list says: that happens within the hour. */
const SWEEPS = 12;

/**
 * What a sweep over a hundred active pull requests of one project costs when the list tells nothing new, and what each
 * thorough look costs. Moves the clock by an hour, which nothing that is measured later can bear.
 */
export async function measureSweep(
  environment: TestEnvironment,
  clone: Clone,
): Promise<Pick<EventRequests, 'sweep' | 'look'>> {
  await openUpTo(environment, clone);
  await environment.control('DELETE', 'requests');
  await environment.sweep();
  const { own, sweep } = await requestsOfGate(environment);
  if (own.length > 0) throw new Error(`A sweep that tells nothing new led to ${own.length} requests.`);
  await environment.control('DELETE', 'requests');
  // One after the other, as in life: an hour in one leap has them all ask for the same looks.
  for (let count = 0; count < SWEEPS; count += 1) {
    await environment.control('POST', 'clock', { advanceSeconds: SWEEP_MINUTES * 60 });
    await queueIsQuiet(environment, 90);
  }
  const looks = (await requestsOfGate(environment)).own;
  const lookedAt = new Set(looks.map(pullRequestOf).filter((id) => id !== undefined));
  if (lookedAt.size !== MEASURED_ACTIVE)
    throw new Error(`${lookedAt.size} of ${MEASURED_ACTIVE} pull requests were looked at.`);
  const count = looks.filter(({ url }) => /\/pullRequests\/\d+\/?(\?|$)/i.test(url)).length;
  return { sweep: sweep.length, look: looks.length / count };
}

async function openUpTo(environment: TestEnvironment, clone: Clone): Promise<void> {
  const { body } = await environment.rest(
    'author',
    'GET',
    'Shop/_apis/git/pullrequests?searchCriteria.status=active&$top=1000&api-version=7.1',
  );
  const missing = MEASURED_ACTIVE - body.value.length;
  const names = Array.from({ length: missing }, (_, index) => `bench/active-${index}`);
  await clone.push('bench/active', { 'src/active.ts': 'export const active = true;\n' });
  await clone.git('push', '--quiet', 'origin', ...names.map((name) => `bench/active:refs/heads/${name}`));
  for (const name of names) await pullRequests(environment).open(name, goodWords);
  await queueIsQuiet(environment, 90);
  await nothingLeft(environment);
}
