import { setTimeout as delay } from 'node:timers/promises';

import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { goodWords, pullRequests } from '../support/pull-requests';

let environment: TestEnvironment;
let pulls: ReturnType<typeof pullRequests>;

beforeAll(async () => {
  environment = await startTestEnvironment();
  pulls = pullRequests(environment);
});

afterAll(async () => {
  await environment.end();
});

const repository = 'Shop/_apis/git/repositories/web';

/** Pushes one commit by REST; returns its id. */
async function pushTo(branch: string, parent: string, content: string): Promise<string> {
  const answer = await environment.rest('author', 'POST', `${repository}/pushes?api-version=7.1`, {
    refUpdates: [{ name: `refs/heads/${branch}`, oldObjectId: parent }],
    commits: [
      {
        comment: content,
        changes: [
          { changeType: 'edit', item: { path: '/src/storm.ts' }, newContent: { content, contentType: 'rawtext' } },
        ],
      },
    ],
  });
  if (answer.status !== 201) throw new Error(`pushing: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.commits[0].commitId;
}

test('a hundred pushes in ten seconds cost at most seven evaluations, and the last iteration is judged', async () => {
  const clone = await environment.clone('author');
  await clone.push('feature/storm', { 'src/storm.ts': 'export const storm = 0;\n' });
  const id = await pulls.open('feature/storm', goodWords);
  await pulls.verdict(id);
  await environment.settle();
  environment.logs.length = 0;
  let head = await clone.git('rev-parse', 'HEAD');
  const began = performance.now();
  for (let push = 1; push <= 100; push += 1) {
    const begun = performance.now();
    head = await pushTo('feature/storm', head, `export const storm = ${push};\n`);
    await delay(Math.max(0, 100 - (performance.now() - begun)));
  }
  const tookSeconds = (performance.now() - began) / 1_000;
  await pulls.verdict(id, ({ iterationId }) => iterationId === 101, 60);
  // What is left for later comes due by the clock that the broker shares with the simulator.
  await environment.settle();
  const evaluations = environment.logs.filter((line) => /A pull request was (judged|pushed to)/.test(line));
  // On a slow machine the pushes take longer than ten seconds, and every three seconds more allow for one more.
  const allowed = 7 + Math.ceil(Math.max(0, tookSeconds - 10) / 3);
  expect(evaluations.length).toBeGreaterThan(0);
  expect(evaluations.length).toBeLessThanOrEqual(allowed);
  expect((await pulls.statuses(id)).at(-1)).toMatchObject({ iterationId: 101, state: 'failed' });
});
