import { vaultAddress, vaultResourceOf } from './vault-address';

test.each([
  ['contoso-kv', 'https://contoso-kv.vault.azure.net'],
  ['https://contoso-kv.vault.azure.net/', 'https://contoso-kv.vault.azure.net'],
  [' HTTPS://Contoso-KV.vault.azure.net ', 'https://contoso-kv.vault.azure.net'],
  ['https://contoso.vault.usgovcloudapi.net', 'https://contoso.vault.usgovcloudapi.net'],
  ['https://contoso.vault.azure.cn', 'https://contoso.vault.azure.cn'],
  ['https://contoso.vault.azure.net:443', 'https://contoso.vault.azure.net'],
  ['http://127.0.0.1:7090', 'http://127.0.0.1:7090'],
  ['http://localhost:7090/', 'http://localhost:7090'],
])('%s is the vault %s', (text, address) => expect(vaultAddress(text)).toBe(address));

test.each([
  '',
  'a',
  'contoso--kv',
  '-contoso',
  'x'.repeat(25),
  'https://vault.azure.net',
  'https://.vault.azure.net',
  'https://contoso.vault.azure.net.evil.example',
  'https://evil.example/contoso.vault.azure.net',
  'https://evil.example#.vault.azure.net',
  'https://evil.example?.vault.azure.net',
  'https://evil.example\\.vault.azure.net',
  'https://contoso.vault.azure.net@evil.example',
  'https://user:password@contoso.vault.azure.net',
  'https://contoso.vault.azure.net:8443',
  'https://contoso.vault.azure.net/secrets/pat',
  'https://contoso.evil.vault.azure.net',
  'https://contoso.vault.azure.net.',
  'https://contosovault.azure.net',
  'https://contoso.vault.azure.net\u3002evil.example',
  'https://c\u043entoso.vault.azure.net',
  'https://contoso.\uff56ault.azure.net',
  'https://contoso.vault.azure.net\u0000',
  'https://contoso.vault.azure.net%2eevil.example',
  'http://contoso.vault.azure.net',
  'http://127.0.0.1.evil.example:7090',
  'https://127.0.0.1:7090',
  'http://0x7f.1/x',
  'ftp://contoso.vault.azure.net',
  'contoso.vault.azure.net',
])('%j is no vault', (text) => expect(vaultAddress(text)).toBeUndefined());

test('a token is got for the cloud that the vault is of, and for no other', () => {
  expect(vaultResourceOf('https://contoso.vault.azure.net')).toBe('https://vault.azure.net');
  expect(vaultResourceOf('https://contoso.vault.usgovcloudapi.net')).toBe('https://vault.usgovcloudapi.net');
  expect(vaultResourceOf('https://contoso.vault.azure.cn')).toBe('https://vault.azure.cn');
  expect(vaultResourceOf('https://evil.example')).toBeUndefined();
  expect(vaultResourceOf('http://127.0.0.1:7090')).toBeUndefined();
});
