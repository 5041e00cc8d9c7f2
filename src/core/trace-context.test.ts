import { carriedBy, carriedProperties, traceContextOf } from './trace-context';

const traceparent = `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`;

test.each([
  ['nothing', undefined],
  ['no text', 7],
  ['another version', `01-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`],
  ['no trace', `00-${'0'.repeat(32)}-${'b2'.repeat(8)}-01`],
  ['no span', `00-${'a1'.repeat(16)}-${'0'.repeat(16)}-01`],
  ['capitals', traceparent.toUpperCase()],
  ['more after it', `${traceparent}-x`],
  ['two lines', `${traceparent}\n`],
])('%s is no context', (_, given) => {
  expect(traceContextOf(given)).toBeUndefined();
  expect(carriedBy({ applicationProperties: { traceparent: given } })).toEqual({});
});

test('a message carries it for us and for the Functions host, and what is worked on later begins another trace', () => {
  const context = { traceparent, tracestate: 'vendor=1' };
  const near = carriedProperties(context, 3_600);
  expect(near).toEqual({ traceparent, 'Diagnostic-Id': traceparent, tracestate: 'vendor=1' });
  expect(carriedBy({ applicationProperties: near })).toEqual({ parent: context });
  const far = carriedProperties(context, 3_601);
  expect(Object.keys(far)).toEqual(['portcullis-follows']);
  expect(carriedBy({ applicationProperties: far })).toEqual({ follows: { traceparent } });
  expect(carriedProperties(undefined)).toEqual({});
});

test('a state that is too long, and metadata of any other shape, are left out', () => {
  expect(traceContextOf(traceparent, 'x'.repeat(513))).toEqual({ traceparent });
  expect(carriedBy({})).toEqual({});
  expect(carriedBy({ applicationProperties: 'traceparent' })).toEqual({});
  expect(carriedBy({ applicationProperties: null })).toEqual({});
});
