import { traceParentOf } from './trace-parent';

const traceparent = `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`;
const properties = (value: unknown): Record<string, { json: string }> => ({
  ApplicationProperties: { json: JSON.stringify(value) },
});

test('an invocation is a child of its message, or of its request, with a span of its own', () => {
  const ofMessage = traceParentOf({ string: '{}' }, properties({ 'Diagnostic-Id': traceparent }));
  const ofRequest = traceParentOf({ http: { nullableHeaders: { TraceParent: { value: traceparent } } } });
  for (const made of [ofMessage, ofRequest]) {
    expect(made).toMatch(/^00-(a1){16}-[0-9a-f]{16}-01$/);
    expect(made).not.toBe(traceparent);
  }
});

test.each([{}, { 'Diagnostic-Id': 'nonsense' }, { 'Diagnostic-Id': 7 }])('with %j it begins a trace', (given) => {
  const made = traceParentOf({ string: '{}' }, properties(given));
  expect(made).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  expect(made).not.toBe(traceParentOf({ string: '{}' }, properties(given)));
});
