import { describeProblem } from './problem';
import { deployFile, type Deployment } from './deploy-file';
import { readBicepFile } from './read-file';
import { origin, toPlain, toValue } from './value';

/** What an expression is worth, with two parameters beside it; a sentence where it is worth nothing. */
async function worth(expression: string): Promise<unknown> {
  const text = `param list array\nparam thing object\noutput answer object = { it: ${expression} }\n`;
  const { content, problems } = await readBicepFile('/try.bicep', text);
  const deployment: Deployment = { files: new Map(), resources: [], modules: [], problems, ways: new Map() };
  const at = { file: '/try.bicep', line: 1, column: 1 };
  const given = { list: [3, 1, 2], thing: { a: 'x', b: { c: true, d: null } } };
  const values = new Map(Object.entries(given).map(([name, plain]) => [name, toValue(plain, origin(at))]));
  const answer = content && deployFile(content, values, deployment, at).get('answer');
  if (!answer || problems.length > 0) return problems.map(describeProblem);
  const plain = toPlain(answer);
  return typeof plain === 'object' && plain !== null && 'it' in plain ? plain.it : undefined;
}

// The grammar lets points, brackets and calls bind loosest; Bicep tightest.
test.each([
  ["empty(thing.a) ? 'no' : thing.a", 'x'],
  ["thing.a == 'x' && thing.b.c", true],
  ["true && thing.a == 'y' || thing.b.c", true],
  ["!thing.b.c || thing.a == 'x'", true],
  ["thing.?z ?? thing.a == 'x'", true],
  ['(thing.?z ?? thing).a', 'x'],
  ["thing.?y.z ?? 'none'", 'none'],
  ['map(filter(list, n => n > 1), n => n * 2 + list[1])', [7, 5]],
  ["map(list, (n, i) => '${i}:${n}')", ['0:3', '1:1', '2:2']],
  ["toObject(list, n => 'k${n}', n => n)", { k3: 3, k1: 1, k2: 2 }],
  ["[for (n, i) in list: n == i ? 'same' : 'other']", ['other', 'same', 'same']],
  ['union({ a: { b: 1 } }, { a: { c: 2 } })', { a: { b: 1, c: 2 } }],
  ["format('{0}-{1}', 'a', length(list))", 'a-3'],
  ["'it\\'s \\$5 ${thing.a}!'", "it's $5 x!"],
  ["cidrSubnet('10.90.0.0/24', 26, 2)", '10.90.0.128/26'],
  ["split(resourceId('A.B/c/d', 'x', 'y'), '/')[8]", 'x'],
  ['length(uniqueString(resourceGroup().id))', 13],
  ["take('abcdef', 2)", 'ab'],
])('%s', async (expression, value) => {
  expect(await worth(expression)).toEqual(value);
});

test.each([
  ['thing.z', 'There is no z; there are a, b.'],
  ['list[3]', 'There is no entry 3; there are 3.'],
  ['newGuid()', 'There is no function newGuid, or none that is written in test/infra.'],
  ["'a' && true", 'Here stands something that is neither true nor false.'],
  ["replace('a', 'b')", 'replace takes 3 to 3 inputs, not 2.'],
])('%s is worth nothing', async (expression, text) => {
  expect(await worth(expression)).toEqual([expect.stringContaining(text)]);
});
