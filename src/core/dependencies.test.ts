import fc from 'fast-check';

import { parseWaits } from './dependencies';

const services = 'https://dev.azure.com/contoso/Shop/_git/web/pullrequest/42';

const waitsOf = (description: string, webUrl = services) => parseWaits({ description, webUrl });

/** References in short: `Shop/api!7`. */
const named = (description: string, webUrl = services): string[] =>
  waitsOf(description, webUrl).references.map(({ project, repository, number }) => {
    const place = [project, repository].filter((name) => name !== undefined).join('/');
    return `${place}!${number}`;
  });

describe('what is waited for', () => {
  test.each<[string, string[]]>([
    ['Depends-On: !7', ['!7']],
    ['depends-on:!7', ['!7']],
    ['DEPENDS-ON : !7.', ['!7']],
    ['Depends-On: \\!7', ['!7']],
    ['Text.\n\nDepends-On: !7\r\nMore text.', ['!7']],
    ['Depends-On: !7, api!8,Payments/api!9; !10', ['!7', 'api!8', 'Payments/api!9', '!10']],
    ['Depends-On: !7 !8 api!9', ['!7', '!8', 'api!9']],
    ['Depends-On: My Repository!7', ['My Repository!7']],
    ['Depends-On: Shop Floor / My Repository !7', ['Shop Floor/My Repository!7']],
    ['Depends-On: wow!repo!7', ['wow!repo!7']],
    ['Depends-On: !7\nDepends-On: !8, !7', ['!7', '!8']],
    ['Depends-On: API!7, api!7', ['API!7']],
    ['- Depends-On: !7', ['!7']],
    ['  * [x] Depends-On: !7', ['!7']],
    ['> Depends-On: !7', ['!7']],
    ['**Depends-On:** !7', ['!7']],
    ['**Depends-On: !7**', ['!7']],
    ['__Depends-On__: !7', ['!7']],
    ['Depends‑On: !7', ['!7']],
    ['De\u200Bpends-On\u200D: !7', ['!7']],
    ['Depends on: !7', ['!7']],
    ['Depends on !7', ['!7']],
    ['DependsOn: !7', ['!7']],
    ['Depends-On:\n- !7\n- api!8\n\n- !9\n\nText\n\n- !10', ['!7', 'api!8', '!9']],
    ['### Depends-On\n\n* !7', ['!7']],
    ['- Depends-On:\n    - !7', ['!7']],
    ['1. One\n\n    Depends-On: !7', ['!7']],
    ['Depends-On: https://dev.azure.com/contoso/Shop/_git/api/pullrequest/7?_a=files', ['Shop/api!7']],
    ['Depends-On: <https://contoso.visualstudio.com/Shop/_git/api/pullrequest/7>', ['Shop/api!7']],
    ['Depends-On: [the API](https://dev.azure.com/Contoso/Shop%20Floor/_git/api/pullrequest/7)', ['Shop Floor/api!7']],
    ['Depends-On: dev.azure.com/contoso/_git/Shop/pullrequest/7, !8', ['Shop/Shop!7', '!8']],
    ['Depends-On: https://dev.azure.com/contoso/Shop/_apis/git/repositories/api/pullRequests/7', ['Shop/api!7']],
  ])('%j: %j', (description, references) => {
    expect(named(description)).toEqual(references);
    expect(waitsOf(description).unreadable).toEqual([]);
  });

  test.each([
    '',
    'This depends on !7',
    '`Depends-On: !7`',
    '```\nDepends-On: !7\n```',
    '~~~yaml\nDepends-On: !7\n~~~',
    'Text\n\n    Depends-On: !7\n    Depends-On: !8',
    '\tDepends-On: !7',
    '<!-- Depends-On: !7 -->',
    '<!--\nDepends-On: !7\n-->',
    '<div hidden>\nDepends-On: !7\n</div>',
    '[//]: # "Depends-On: !7"',
    'Depends-On:',
    'Depends-On: none',
    'Depends-On: n/a\nMerge-After: -',
    'Depends on the weather',
    'Depends on: the weather',
    'Depends on !7 being merged first',
    'Depends-On-Sale: !7',
    'Merge after the release',
    'Depends-On: ,',
  ])('nothing in %j', (description) => {
    expect(waitsOf(description)).toEqual({ references: [], mergeAfter: undefined, unreadable: [] });
  });

  test('of a Server, by its own addresses, and where the project is left out', () => {
    const page = 'https://tfs.contoso.com:8443/tfs/Main/Shop/_git/web/pullrequest/42';
    expect(named(`Depends-On: ${page.replace('42', '7')}`, page)).toEqual(['Shop/web!7']);
    expect(named('Depends-On: https://tfs.contoso.com:8443/tfs/main/_git/Shop/pullrequest/7', page)).toEqual([
      'Shop/Shop!7',
    ]);
    const inFolder = 'https://contoso.com/devops/Main/Shop/_git/web/pullrequest/42';
    expect(named('Depends-On: https://contoso.com/devops/Main/_git/Shop/pullrequest/7', inFolder)).toEqual([
      'Shop/Shop!7',
    ]);
  });
});

describe('what cannot be read', () => {
  test.each<[string, string]>([
    ['Depends-On: 7', '7'],
    ['Depends-On: #7', '#7'],
    ['Depends on: #7', '#7'],
    ['Depends-On: the API', 'the API'],
    ['Depends-On the API', 'the API'],
    ['Depends-On: !7 and !8', '!7 and !8'],
    ['Depends-On: !7 (the API)', '!7 (the API)'],
    ['Depends-On: a/b/c!7', 'a/b/c!7'],
    ['Depends-On: /api!7', '/api!7'],
    ['Depends-On: !0', '!0'],
    ['Depends-On: !99999999999', '!99999999999'],
    ['Depends-On: !2147483648', '!2147483648'],
    ['Depends-On: `!7`', '`!7`'],
    ['Depends-On: https://dev.azure.com/contoso/Shop/_git/api', 'https://dev.azure.com/contoso/Shop/_git/api'],
    ['Depends-On: ftp://contoso.com/7', 'ftp://contoso.com/7'],
    ['Depends-On: !7\n- Depends-On:\n  - the API', 'the API'],
    ['Merge-After: tomorrow', 'tomorrow'],
    ['Merge-After: 2026-12-18T18:00', '2026-12-18T18:00'],
    ['Merge-After: 2026-02-30', '2026-02-30'],
    ['Merge-After: 2026-12-18T24:00Z', '2026-12-18T24:00Z'],
    ['Merge-After: 18.12.2026', '18.12.2026'],
    ['Merge after: 2026-12-18 18:00', '2026-12-18 18:00'],
  ])('%j: %j', (description, written) => {
    expect(waitsOf(description).unreadable.map((each) => each.written)).toEqual([written]);
  });

  test('does not take what can be read along', () => {
    expect(named('Depends-On: !7, the API')).toEqual(['!7']);
    expect(waitsOf('Depends-On: !7, the API').unreadable).toHaveLength(1);
  });

  test.each([
    'https://dev.azure.com/fabrikam/Shop/_git/api/pullrequest/7',
    'https://fabrikam.visualstudio.com/Shop/_git/api/pullrequest/7',
    'https://dev.azure.com.contoso.example/contoso/Shop/_git/api/pullrequest/7',
    'http://127.0.0.1/contoso/Shop/_git/api/pullrequest/7',
  ])('%s is in another organization', (address) => {
    const { references, unreadable } = waitsOf(`Depends-On: ${address}`);
    expect(references).toEqual([]);
    expect(unreadable).toEqual([{ key: 'Depends-On', written: address, isElsewhere: true }]);
  });
});

describe('when it may be merged', () => {
  test.each([
    ['Merge-After: 2026-12-18T18:00Z', '2026-12-18T18:00:00.000Z'],
    ['merge-after: 2026-12-18t18:00:30.5z', '2026-12-18T18:00:30.000Z'],
    ['Merge-After: 2026-12-18 18:00 UTC', '2026-12-18T18:00:00.000Z'],
    ['Merge-After: 2026-12-18T18:00+01:00', '2026-12-18T17:00:00.000Z'],
    ['Merge-After: 2026-12-18', '2026-12-18T00:00:00.000Z'],
    ['Merge-After: 2026-12-18\nMerge-After: 2026-12-20\nMerge-After: 2026-12-19', '2026-12-20T00:00:00.000Z'],
    ['Merge after 2026-12-18', '2026-12-18T00:00:00.000Z'],
  ])('%j: %s', (description, time) => {
    const { mergeAfter, unreadable } = waitsOf(description);
    expect(mergeAfter?.toISOString()).toBe(time);
    expect(unreadable).toEqual([]);
  });
});

test.each([
  `Depends-On: ${' '.repeat(500_000)}x`,
  `${' '.repeat(500_000)}x`,
  `Depends-On: [x](${'a'.repeat(500_000)}`,
  `Depends-On: ${'!7 '.repeat(150_000)}x`,
  `Depends-On: ${'*'.repeat(500_000)}x${'*'.repeat(500_000)}x`,
  '> '.repeat(250_000),
  `Depends-On: ${Array.from({ length: 60_000 }, (_, index) => `!${index + 1}`).join(', ')}`,
  `Depends-On: ${'!a, '.repeat(100_000)}`,
])('a description of any size is read at once', (description) => {
  const begun = performance.now();
  waitsOf(description);
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test('whatever is written is read or told, and never throws', () => {
  const words = fc.constantFrom(
    'Depends-On:',
    'Merge-After:',
    '!7',
    'api!',
    '\n',
    ', ',
    '<',
    'https://',
    '[',
    '](',
    '%',
    '\ud800',
    '2026-12-18',
    'T',
    '- ',
    '```',
    ' ',
  );
  const texts = fc.oneof(
    fc.array(fc.oneof(words, fc.string()), { maxLength: 20 }).map((parts) => parts.join('')),
    fc.webUrl().map((url) => `Depends-On: ${url}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { references } = waitsOf(text);
      for (const { number } of references) expect(Number.isInteger(number) && number > 0).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
