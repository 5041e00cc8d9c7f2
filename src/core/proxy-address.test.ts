import { parseProxy, proxyTrouble } from './proxy-address';

test.each([
  ['http://proxy.contoso.com:3128', 'http://proxy.contoso.com:3128'],
  [' https://Proxy.contoso.com:8443/ ', 'https://proxy.contoso.com:8443'],
  ['http://10.0.0.4:80', 'http://10.0.0.4'],
  ['http://[fd00::4]:3128', 'http://[fd00::4]:3128'],
])('%s is the address of a proxy', (text, proxy) => {
  expect(parseProxy(text)).toEqual({ ok: true, proxy });
});

test.each([
  ['', /no address of a proxy/],
  ['proxy.contoso.com:3128', /no address of a proxy/],
  ['socks5://proxy.contoso.com:1080', /no address of a proxy/],
  ['file:///etc/passwd', /no address of a proxy/],
  [`http://${'a'.repeat(400)}`, /no address of a proxy/],
  ['http://ada:geheim@proxy.contoso.com:3128', /a user name or a password, which would be kept outside the vault/],
  ['http://geheim@proxy.contoso.com:3128', /a user name or a password/],
  ['http://proxy.contoso.com/geheim', /a host and a port and nothing else/],
  ['http://proxy.contoso.com?geheim', /a host and a port and nothing else/],
  ['http://proxy.contoso.com#geheim', /a host and a port and nothing else/],
])('%j is none, and is not repeated', (text, says) => {
  const parsed = parseProxy(text);
  expect(parsed).toEqual({ ok: false, reason: expect.stringMatching(says) });
  expect(JSON.stringify(parsed)).not.toContain('geheim');
});

test('what no proxy did is nobody’s trouble', () => {
  expect(proxyTrouble('ECONNREFUSED')).toBeUndefined();
  expect(proxyTrouble('')).toBeUndefined();
});

test.each([
  ['PROXY_407', /user name and a password/],
  ['PROXY_403', /does not let Portcullis through/],
  ['PROXY_504', /did not get through to the server/],
  ['PROXY_timed out', /does not answer \(timed out\)/],
  ['PROXY_SELF_SIGNED_CERT_IN_CHAIN', /certificate that is not trusted/],
])('%s', (code, says) => {
  expect(proxyTrouble(code)).toEqual({ does: expect.stringMatching(says), help: expect.stringMatching(/\.$/) });
});
