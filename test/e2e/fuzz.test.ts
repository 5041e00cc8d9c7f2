import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { basic, startTestEnvironment, type TestEnvironment } from '../support/local-environment';

/**
 * Mutated payloads at the hook endpoint: whoever has the password and sends rubbish is answered 200 or 202, and nothing
 * stops. PORTCULLIS_FUZZ says how many (npm run fuzz: 100,000), PORTCULLIS_FUZZ_SEED repeats a run.
 */
const AMOUNT = Number(process.env['PORTCULLIS_FUZZ'] ?? 3_000);
const SEED = Number(process.env['PORTCULLIS_FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const AT_ONCE = 16;

const SAMPLES = resolve(__dirname, '../../../shared/service-hook-payloads');
const ownSample = JSON.stringify({
  subscriptionId: '11111111-2222-3333-4444-555555555555',
  notificationId: 1,
  id: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
  eventType: 'git.pullrequest.updated',
  publisherId: 'tfs',
  message: { text: 'Ada Author updated pull request 1' },
  resource: {
    pullRequestId: 1,
    repository: { id: '99999999-2222-4333-8444-555555555555', name: 'web' },
    reviewers: [{ vote: 10 }],
  },
  resourceVersion: '1.0',
  resourceContainers: { collection: { id: 'c12d0eb8-e382-443b-9f9c-c52cba5014c2' } },
  createdDate: '2026-09-19T13:03:27.2879096Z',
});
const samples = existsSync(SAMPLES)
  ? readdirSync(SAMPLES)
      .filter((name) => name.endsWith('.json'))
      .map((name) => readFileSync(join(SAMPLES, name), 'utf8'))
  : [];

/** Mulberry32: small, and the same numbers for the same seed on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const strange: readonly string[] = [
  'null',
  'true',
  '-1',
  '0',
  '1e999',
  '9007199254740993',
  '""',
  '[]',
  '{}',
  '"__proto__"',
  '{"__proto__":{"polluted":true}}',
  '"\\ud800"',
  '"\\u0000"',
  '"..%2f..%2f"',
  '"https://example.invalid/"',
  `"${'x'.repeat(5_000)}"`,
  '['.repeat(500) + ']'.repeat(500),
];

function mutate(text: string, random: () => number): Uint8Array {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const at = Math.floor(random() * text.length);
  switch (Math.floor(random() * 6)) {
    case 0:
      return Buffer.from(text.slice(0, at));
    case 1: {
      const bytes = Buffer.from(text);
      for (let flips = 0; flips < 8; flips += 1)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      return bytes;
    }
    case 2:
      return Buffer.from(text.slice(0, at) + (pick(strange) ?? '') + text.slice(at));
    case 3: {
      // A value somewhere becomes something else; the document stays JSON.
      const values = [...text.matchAll(/:\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)/g)];
      const value = pick(values);
      if (!value) return Buffer.from(text);
      return Buffer.from(
        `${text.slice(0, value.index)}:${pick(strange) ?? ''}${text.slice(value.index + value[0].length)}`,
      );
    }
    case 4:
      return Buffer.from(
        text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gi, () => (random() < 0.5 ? '$&' : (pick(strange) ?? ''))),
      );
    default:
      return Buffer.from(
        text.replaceAll(/"(\w+)":/g, (whole) =>
          random() < 0.1 ? `"${pick(['id', 'resource', '__proto__', 'constructor']) ?? ''}":` : whole,
        ),
      );
  }
}

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await startTestEnvironment();
});

afterAll(async () => {
  await environment.end();
});

test(
  `${AMOUNT} mutated payloads are answered 200 or 202 (seed ${SEED}, ${samples.length} official samples)`,
  async () => {
    const authorization = basic(await environment.hookPassword());
    const random = randomNumbers(SEED);
    const bodies = [ownSample, ...samples];
    const worker = environment.host.workers.find(({ functions }) => functions.includes('receive-service-hook'));
    const bad: string[] = [];
    for (let sent = 0; sent < AMOUNT; sent += AT_ONCE) {
      const batch = Array.from({ length: Math.min(AT_ONCE, AMOUNT - sent) }, () =>
        mutate(bodies[Math.floor(random() * bodies.length)] ?? ownSample, random),
      );
      const answers = await Promise.all(batch.map((body) => environment.deliver(body, authorization)));
      answers.forEach((status, index) => {
        if (status !== 200 && status !== 202)
          bad.push(
            `${status} ${Buffer.from(batch[index] ?? [])
              .toString('utf8')
              .slice(0, 300)}`,
          );
      });
    }
    expect(bad).toEqual([]);
    // The same process has answered them all.
    expect(environment.host.workers.find(({ functions }) => functions.includes('receive-service-hook'))?.pid).toBe(
      worker?.pid,
    );
  },
  60_000 + AMOUNT * 20,
);
