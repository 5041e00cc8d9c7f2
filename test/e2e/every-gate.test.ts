import { gates } from '../../src/gates/registry';
import type { BrokenCase } from '../support/broken/broken';
import { brokenByOthers } from '../support/broken/others';
import { brokenCode } from '../support/broken/code';
import { brokenWords } from '../support/broken/words';
import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { newRepository } from '../support/new-repository';

/**
 * Every gate on a pull request that it does not let through: not meant for it, told as advice, red or waiting in words,
 * and green when it is mended. Each case has a repository of its own, and they all run beside each other.
 */
const cases = [...brokenWords, ...brokenByOthers, ...brokenCode];
const nameOf = ({ gate, about }: BrokenCase): string => (about === undefined ? gate : `${gate}: ${about}`);

/** So many at once: what takes time is that evaluations of one pull request begin three seconds apart. */
const AT_ONCE = 22;

let environment: TestEnvironment;
const runs = new Map<string, Promise<undefined>>();

beforeAll(async () => {
  environment = await startTestEnvironment();
  const waiting = [...cases];
  const ends = new Map(cases.map((each) => [each, Promise.withResolvers<undefined>()]));
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const end = ends.get(next);
      await drive(next).then(() => end?.resolve(undefined), end?.reject);
    }
  };
  for (const [each, { promise }] of ends) {
    promise.catch(() => undefined);
    runs.set(nameOf(each), promise);
  }
  for (let workers = 0; workers < AT_ONCE; workers += 1) void worker();
});

afterAll(async () => {
  await Promise.allSettled(runs.values());
  await environment.end();
});

async function drive(given: BrokenCase): Promise<void> {
  const { gate, about, options, state, breaks } = given;
  const repository = await newRepository(environment, nameOf(given).replace(/[^a-z]+/g, '-'));
  const is = (how: object) => repository.save({ [gate]: { ...options, ...how } });
  const summaryIs = async (id: number, ...parts: string[]): Promise<void> => {
    const text = await repository.summary(id);
    expect(text.slice(0, text.indexOf('\n\nJudged: '))).toBe(parts.join('\n\n'));
  };
  // Where a gate has several cases, one of them shows what all gates have in common.
  const isWhole = about === undefined;

  await is({ mode: isWhole ? 'advise' : 'block' });
  const { id, says, tells, mend } = await breaks(repository, environment);
  await repository.pulls.comment(id, '/gate re-run');
  if (isWhole) {
    await repository.says(id, 'succeeded', `nothing blocks · advice: ${gate} ${says}`);
    await summaryIs(
      id,
      '### Nothing blocks this pull request; 1 gate advises',
      '#### Advice, which blocks nothing',
      tells,
    );
    await repository.outcomes(id, { [gate]: state });

    await is({ mode: 'block', when: { targetBranch: ['nowhere'] } });
    await repository.says(id, 'succeeded', `no gate applies: ${gate} not into nowhere`);
    await summaryIs(id, '### No gate applies to this pull request', `Not applicable: **${gate}** (not into nowhere).`);
    await repository.outcomes(id, { [gate]: 'notApplicable' });

    await is({ mode: 'block' });
  }
  await repository.says(id, state, `${state === 'failed' ? '1 of 1 gate failed:' : 'waiting for'} ${gate} ${says}`);
  const headline = state === 'failed' ? '1 gate blocks this pull request' : 'This pull request waits for 1 gate';
  await summaryIs(id, `### ${headline}`, tells);

  const mended = await mend();
  const right = typeof mended === 'number' ? mended : id;
  await repository.looks(right, 'succeeded', '1 gate passed');
  await repository.outcomes(right, { [gate]: 'succeeded' });
}

test('every gate that there is has a case', () => {
  const whole = cases.filter(({ about }) => about === undefined).map(({ gate }) => gate);
  expect(whole.sort()).toEqual(gates.map(({ name }) => name));
});

test.each(cases.map(nameOf))('%s', (name) => runs.get(name), 180_000);
