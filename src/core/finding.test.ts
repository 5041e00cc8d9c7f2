import { fingerprint } from './finding';

test('a fingerprint is 16 hexadecimal digits of gate and key, the same in every release', () => {
  expect(fingerprint('title', 'pattern')).toBe('f0db6c148a73f74c');
  expect(fingerprint('title', 'pattern')).toMatch(/^[0-9a-f]{16}$/);
});

test('gate and key cannot run into each other', () => {
  const prints = [fingerprint('a', 'bc'), fingerprint('ab', 'c'), fingerprint('abc', ''), fingerprint('', 'abc')];
  expect(new Set(prints).size).toBe(4);
});
