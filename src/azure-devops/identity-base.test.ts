import { identityBase } from './identity-base';

test.each([
  ['https://dev.azure.com/contoso', 'https://vssps.dev.azure.com/contoso'],
  ['https://DEV.azure.com/contoso', 'https://vssps.dev.azure.com/contoso'],
  ['https://contoso.visualstudio.com', 'https://contoso.vssps.visualstudio.com'],
  ['https://contoso.visualstudio.com/DefaultCollection', 'https://contoso.vssps.visualstudio.com'],
  [
    'https://tfs.contoso.example:8080/tfs/Default Collection',
    'https://tfs.contoso.example:8080/tfs/Default Collection',
  ],
  ['http://localhost:7080/contoso', 'http://localhost:7080/contoso'],
  ['https://dev.azure.com.evil.example/contoso', 'https://dev.azure.com.evil.example/contoso'],
  ['https://evil.example/dev.azure.com', 'https://evil.example/dev.azure.com'],
  ['https://a.b.visualstudio.com', 'https://a.b.visualstudio.com'],
  ['http://dev.azure.com/contoso', 'http://dev.azure.com/contoso'],
])('identities of %s are at %s', (base, expected) => {
  expect(identityBase(base)).toBe(expected);
});
