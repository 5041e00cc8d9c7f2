import { Failure } from '../core/failures';
import { secretCache } from './secret-cache';
import type { SecretAnswer } from './secret-client';

const secret = (value: string) => ({ value, expiresOn: undefined });
const answered = (value: string): SecretAnswer => ({ kind: 'answered', secret: secret(value) });
const failed = (vaultFailed: boolean): SecretAnswer => ({
  kind: 'failed',
  vaultFailed,
  failure: new Failure({ kind: 'unavailable', message: vaultFailed ? 'down' : 'forbidden' }),
});

describe('the cache of secrets', () => {
  let now: number;
  let waits: number[];
  let answers: ((answer: SecretAnswer) => void)[];

  beforeEach(() => {
    now = Date.UTC(2026, 4, 1);
    waits = [];
    answers = [];
  });

  /** A vault that answers when the test says so. */
  const open = () =>
    secretCache(
      (_name, wait) => {
        waits.push(wait);
        return new Promise((resolve) => answers.push(resolve));
      },
      { now: () => new Date(now) },
    );

  test('keeps what was saved while an older read was under way', async () => {
    const cache = open();
    const reading = cache.read('pat-a');
    cache.put('pat-a', secret('new'));
    answers[0]?.(answered('old'));

    expect(await reading).toEqual(secret('new'));
    expect(await cache.read('pat-a')).toEqual(secret('new'));
    // Nor does a later question join the older read.
    const fresh = cache.read('pat-a', { fresh: true });
    expect(answers).toHaveLength(2);
    answers[1]?.(answered('newest'));
    expect(await fresh).toEqual(secret('newest'));
  });

  test('waits longer for the vault when it has nothing to serve', async () => {
    const cache = open();
    const first = cache.read('pat-a');
    answers[0]?.(answered('one'));
    await first;
    now += 6 * 60_000;
    const second = cache.read('pat-a');
    answers[1]?.(failed(true));
    expect(await second).toEqual(secret('one'));

    const [withNothing = 0, withValue = 0] = waits;
    expect(withValue).toBeLessThan(withNothing);
    expect(withNothing).toBeLessThanOrEqual(3_000);
  });

  test('believes a vault that refuses: nothing old is served', async () => {
    const cache = open();
    cache.put('pat-a', secret('one'));
    now += 6 * 60_000;
    const refused = cache.read('pat-a');
    answers[0]?.(failed(false));
    await expect(refused).rejects.toThrow('forbidden');

    const again = cache.read('pat-a');
    answers[1]?.(failed(true));
    await expect(again).rejects.toThrow('down');
  });

  test('does not grow without end', async () => {
    const cache = open();
    cache.put('hook-first', secret('one'));
    for (let index = 0; index < 1_000; index += 1) cache.put(`hook-${index}`, secret('x'));
    const reading = cache.read('hook-first');
    answers[0]?.(answered('one'));

    expect(await reading).toEqual(secret('one'));
    expect(await cache.read('hook-999')).toEqual(secret('x'));
    expect(answers).toHaveLength(1);
  });

  test('one who wants it fresh gets no answer to a question that began before', async () => {
    const cache = open();
    const early = cache.read('pat-a');
    const fresh = cache.read('pat-a', { fresh: true });
    expect(answers).toHaveLength(2);
    answers[0]?.(answered('old'));
    expect(await early).toEqual(secret('old'));
    answers[1]?.(answered('new'));
    expect(await fresh).toEqual(secret('new'));
    expect(await cache.read('pat-a')).toEqual(secret('new'));
  });

  test('nor does the older answer count, when it comes last', async () => {
    const cache = open();
    const early = cache.read('pat-a');
    const fresh = cache.read('pat-a', { fresh: true });
    answers[1]?.(answered('new'));
    await fresh;
    answers[0]?.(answered('old'));
    expect(await early).toEqual(secret('new'));
    expect(await cache.read('pat-a')).toEqual(secret('new'));
  });
});
