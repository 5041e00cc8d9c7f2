import { Failure } from '../core/failures';

import { failureText } from './failure-text';

test.each<[string, unknown, string]>([
  [
    'a promise that nobody keeps here',
    new Failure({ kind: 'unavailable', message: 'No answer came. Portcullis tries again later.' }),
    'No answer came. Try again later.',
  ],
  [
    'a pause that was asked for',
    new Failure({ kind: 'rateLimited', message: 'Azure DevOps asked to wait 30 s. It tries again then.' }),
    'Azure DevOps asked to wait 30 s. Try again later.',
  ],
  ['a sentence', new Failure({ kind: 'notFound', message: 'It is not there.' }), 'It is not there.'],
  ['an error', new Error('Something else.'), 'Something else.'],
])('%s', (_, error, expected) => {
  expect(failureText(error)).toBe(expected);
});
