import { X509Certificate } from 'node:crypto';

import { selfSigned, testAuthority } from './support/self-signed';
import { caCertificatesIn, parseCaCertificates } from '../src/core/ca-certificates';

/** Certificates of authorities, genuine ones: made here, read by the product. */
const now = new Date();
const contoso = testAuthority('Contoso Root CA', { until: 40 });
const fabrikam = testAuthority('Fabrikam\u202eAC toor');

const read = (text: string) => parseCaCertificates(text, now);

test('one or several are taken, without what stands around them, each once', () => {
  const text = `Bag Attributes\r\n  name: x\r\n${contoso.cert.replaceAll('\n', '\r\n')}\n# and\n${fabrikam.cert}${contoso.cert}`;
  const parsed = read(text);
  expect(parsed).toMatchObject({ ok: true, certificates: [{ name: 'Contoso Root CA' }, { name: 'Fabrikam AC toor' }] });
  if (!parsed.ok) return;
  expect(parsed.pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(parsed.pem).not.toMatch(/Bag|#|\r/);
  expect(parsed.certificates[0]?.fingerprint).toBe(new X509Certificate(contoso.cert).fingerprint256);
  expect(caCertificatesIn(parsed.pem)).toEqual(parsed.certificates);
  const days = ((parsed.certificates[0]?.expiresOn.getTime() ?? 0) - now.getTime()) / 86_400_000;
  expect(Math.round(days)).toBe(40);
});

test('a server’s that signed itself is taken: there is no authority that could be', () => {
  expect(read(selfSigned().cert)).toMatchObject({ ok: true, certificates: [{ fingerprint: expect.any(String) }] });
});

test.each<[string, () => string, RegExp]>([
  ['nothing', () => '', /no certificate.*openssl x509/],
  ['a certificate that is not PEM', () => '0\u0082\u0003', /no certificate/],
  ['half of one', () => contoso.cert.slice(0, 200), /cannot be read/],
  ['one with a wrong byte', () => contoso.cert.replace(/^MII/m, 'AAA'), /cannot be read/],
  ['a server’s', () => contoso.issue().cert, /The certificate, localhost, is a server's and not of an authority/],
  [
    'a server’s behind an authority’s',
    () => contoso.cert + contoso.issue().cert,
    /Certificate 2, localhost, is a server's/,
  ],
  [
    'one that has ended',
    () => testAuthority('Old', { from: -9, until: -2 }).cert,
    /Old, ended on \d{4}-\d\d-\d\d: give/,
  ],
  [
    'one that has not begun',
    () => testAuthority('New', { from: 2, until: 9 }).cert,
    /New, counts from \d{4}-\d\d-\d\d on/,
  ],
  ['a private key', () => contoso.issue().key + contoso.cert, /private key, which must not leave its server/],
  ['too many', () => contoso.cert.repeat(21), /more than the 20 certificates/],
])('%s is refused with a sentence', (_, make, says) => {
  expect(read(make())).toEqual({ ok: false, reason: expect.stringMatching(says) });
});

test('a hostile text takes no long time', () => {
  const began = performance.now();
  read('-----BEGIN CERTIFICATE-----'.repeat(20_000));
  read(`-----BEGIN CERTIFICATE-----${'A'.repeat(1_000_000)}`);
  expect(performance.now() - began).toBeLessThan(1_000);
});

test('what the row keeps and nobody can read any more is nothing', () => {
  expect(caCertificatesIn(null)).toEqual([]);
  expect(caCertificatesIn('-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n')).toEqual([]);
});
