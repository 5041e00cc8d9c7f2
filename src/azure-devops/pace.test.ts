import { failureOf, key, status, wireIteration, wirePullRequest, wireStatus } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();

describe('when the service asks to slow down', () => {
  test('429 is rateLimited, with its seconds, and holds every request of the connection', async () => {
    scene.script = () => ({ status: 429, headers: { 'retry-after': '30' }, json: { message: 'TF400733: canceled' } });
    expect(await failureOf(scene.door.readThreads(key))).toMatchObject({ kind: 'rateLimited', retryAfterSeconds: 30 });
    scene.script = () => ({ json: wireStatus });
    expect(await failureOf(scene.door.postStatus(key, status))).toMatchObject({
      kind: 'rateLimited',
      mayHaveApplied: false,
    });
    expect(scene.server.requests).toHaveLength(1);
  });

  test.each([
    ['Retry-After', { 'retry-after': '20' }],
    ['X-RateLimit-Delay', { 'x-ratelimit-delay': '19.5' }],
    [
      'Retry-After as a date',
      { 'retry-after': 'Wed, 01 Jan 2025 00:00:20 GMT', date: 'Wed, 01 Jan 2025 00:00:00 GMT' },
    ],
  ])('%s on 200 gives the answer and holds what comes next, until then', async (_, headers) => {
    scene.time = Date.now();
    scene.script = () => ({ headers, json: wirePullRequest() });
    await expect(scene.door.readPullRequest(key)).resolves.toMatchObject({ id: 7 });
    expect(await failureOf(scene.door.readPullRequest(key))).toMatchObject({
      kind: 'rateLimited',
      retryAfterSeconds: 20,
    });
    scene.time += 20_001;
    await expect(scene.door.readPullRequest(key)).resolves.toMatchObject({ id: 7 });
  });

  test('a short pause is waited for', async () => {
    let first = true;
    scene.script = () => {
      const headers: Record<string, string> = first ? { 'retry-after': '0.3' } : {};
      first = false;
      return { headers, json: wirePullRequest() };
    };
    await scene.door.readPullRequest(key);
    const before = performance.now();
    await scene.door.readPullRequest(key);
    expect(performance.now() - before).toBeGreaterThan(200);
  });

  test("the service's own limits do not leak into what is read", async () => {
    scene.script = () => ({
      headers: { 'x-ratelimit-limit': '200', 'x-ratelimit-remaining': '3' },
      json: { value: [wireIteration(1)] },
    });
    const iterations = await scene.door.readIterations(key);
    expect(JSON.stringify(Object.entries(iterations))).not.toContain('rateLimit');
    expect('rateLimit' in iterations).toBe(false);
  });

  test('503 with a long Retry-After is not waited for', async () => {
    scene.script = () => ({ status: 503, headers: { 'retry-after': '60' } });
    expect(await failureOf(scene.door.readThreads(key))).toMatchObject({ kind: 'unavailable', retryAfterSeconds: 60 });
    expect(scene.server.requests).toHaveLength(1);
  });
});
