import { connectionNameProblem, isSameConnectionName, nameOfAddress } from './connection-name';

test.each<[string, RegExp | undefined]>([
  ['contoso', undefined],
  ['Contoso EMEA (pilot)', undefined],
  ['Büro 7', undefined],
  ['', /not empty/],
  [' contoso', /no space around it/],
  ['x'.repeat(65), /at most 64/],
  ['https://dev.azure.com/contoso', /no slash/],
  ['a\\b', /no slash/],
  ['ada@contoso', /no @/],
  ['con\u202etoso', /no invisible/],
  ['con\ntoso', /no invisible/],
])('the name %p', (name, problem) => {
  if (problem) expect(connectionNameProblem(name)).toMatch(problem);
  else expect(connectionNameProblem(name)).toBeUndefined();
});

test.each([
  ['https://dev.azure.com/contoso', 'contoso'],
  ['https://contoso.visualstudio.com', 'contoso'],
  ['https://tfs.contoso.local:8080/tfs/Default%20Collection', 'Default Collection'],
  ['https://tfs.contoso.local/tfs/a%2Fb', 'a b'],
])('%s is called %s', (url, name) => {
  expect(nameOfAddress(url)).toBe(name);
  expect(connectionNameProblem(nameOfAddress(url))).toBeUndefined();
});

test.each([
  ['contoso', 'Contoso', true],
  ['contoso', 'ｃｏｎｔｏｓｏ', true],
  ['contoso', 'conto\u2063so', true],
  ['bank', 'ban\u212a', true],
  ['contoso  emea', 'contoso emea', true],
  ['contoso', 'contoso2', false],
])('%# %s and %s are the same name', (one, other, expected) => {
  expect(isSameConnectionName(one, other)).toBe(expected);
});
