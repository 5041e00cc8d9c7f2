import { Failure, isTransient, toFailure, type FailureKind } from './failures';

test.each<[FailureKind, boolean]>([
  ['credentialRefused', false],
  ['permissionMissing', false],
  ['notFound', false],
  ['superseded', false],
  ['rateLimited', true],
  ['unavailable', true],
  ['unexpected', false],
])('time may heal %s: %s', (kind, transient) => {
  expect(isTransient(new Failure({ kind, message: 'x' }))).toBe(transient);
});

test('a failure says what it was told, and nothing may have been applied unless it says so', () => {
  const failure = new Failure({ kind: 'rateLimited', message: 'Azure DevOps is busy.', retryAfterSeconds: 7 });
  expect(failure).toMatchObject({ kind: 'rateLimited', retryAfterSeconds: 7, mayHaveApplied: false });
  expect(failure.message).toBe('Azure DevOps is busy.');
  expect(failure).toBeInstanceOf(Error);
  expect(new Failure({ kind: 'unavailable', message: 'x', mayHaveApplied: true }).mayHaveApplied).toBe(true);
});

test('whatever else is thrown becomes unexpected, told by its message alone', () => {
  const known = new Failure({ kind: 'notFound', message: 'gone' });
  expect(toFailure(known)).toBe(known);
  expect(toFailure(new TypeError('oops'))).toMatchObject({ kind: 'unexpected', message: 'oops' });
  expect(toFailure('text')).toMatchObject({ kind: 'unexpected', message: 'text' });
  expect(toFailure(undefined)).toMatchObject({ kind: 'unexpected', message: 'undefined' });
});
