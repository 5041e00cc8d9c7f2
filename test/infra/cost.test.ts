import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { COMPARED_WITHIN_MINUTES, MOST_LOOKS } from '../../src/app/choose-looks';
import { SWEEP_MINUTES } from '../../src/app/enqueue-sweeps';
import { ORGANIZATION } from '../bench/organization';

import { ASSUMED, costTable, monthOf } from './cost';

test('operations.md shows what the counts come to', () => {
  const page = readFileSync(join(__dirname, '../../infra/operations.md'), 'utf8').replace(/ +/g, ' ');
  for (const row of costTable()) expect(page).toContain(row);
});

test('the assumptions are those of the code and of the benchmark', () => {
  const { pullRequestsPerDeveloperAndDay, pushes, comments, votes, daysActive, developers, projects } = ORGANIZATION;
  expect(ASSUMED).toMatchObject({ pullRequestsPerDeveloperAndDay, pushes, comments, votes, daysActive });
  expect(ASSUMED.developersPerProject).toBe(developers / projects);
  expect(ASSUMED.othersIntoBranch).toBe(
    (developers * pullRequestsPerDeveloperAndDay * daysActive) / ORGANIZATION.repositories - 1,
  );
  expect(ASSUMED).toMatchObject({ minutesBetweenLooks: COMPARED_WITHIN_MINUTES, looksPerSweep: MOST_LOOKS });
  expect(ASSUMED.sweepsAMonth).toBe((30 * 24 * 60) / SWEEP_MINUTES);
});

test('ten times the developers ask for less than ten times as much, and never for less', () => {
  const [small, large] = [monthOf(50, 1), monthOf(500, 1)];
  for (const what of ['executions', 'queueOperations', 'tableOperations', 'logGigabytes', 'requests'] as const) {
    expect(large[what]).toBeGreaterThan(small[what]);
    expect(large[what]).toBeLessThan(10 * small[what]);
  }
});
