import { retryDelay } from './retry-delay';

test.each([
  [0, undefined, 30],
  [1, undefined, 60],
  [4, undefined, 480],
  [5, undefined, 900],
  [500, undefined, 900],
  [0, 45, 45],
  [5, 3_600, 3_600],
])('after %d attempts and Retry-After %s: %d s', (attempts, retryAfter, seconds) => {
  expect(retryDelay(attempts, retryAfter)).toBe(seconds);
});
