import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** One value of DER: its tag, its length, its content. */
function der(tag: number, ...parts: (Buffer | string | number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as Buffer)));
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const SHA256_WITH_RSA = sequence(der(0x06, [42, 134, 72, 134, 247, 13, 1, 1, 11]), der(0x05));
const COMMON_NAME = der(0x06, [85, 4, 3]);
const SUBJECT_ALTERNATIVE_NAME = der(0x06, [85, 29, 17]);
const BASIC_CONSTRAINTS = der(0x06, [85, 29, 19]);
const DAY_MS = 86_400_000;

const namedBy = (...names: Buffer[]): Buffer => sequence(SUBJECT_ALTERNATIVE_NAME, der(0x04, sequence(...names)));
const LOOPBACK = der(0x87, [127, 0, 0, 1]);
const LOCALHOST = namedBy(der(0x82, 'localhost'), LOOPBACK);
const OF_AN_AUTHORITY = sequence(BASIC_CONSTRAINTS, der(0x01, [255]), der(0x04, sequence(der(0x01, [255]))));

const utcTime = (date: Date): Buffer => der(0x17, `${date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`);
const nameOf = (common: string): Buffer => sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, common))));
const newKeys = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

interface Wanted {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signedWith: KeyObject;
  extension: Buffer;
  serial: number;
  /** In days from now. */
  from?: number;
  until?: number;
}

function certificate({
  subject,
  issuer,
  publicKey,
  signedWith,
  extension,
  serial,
  from = -1,
  until = 1,
}: Wanted): string {
  const toSign = sequence(
    der(0xa0, der(0x02, [2])),
    der(0x02, [serial]),
    SHA256_WITH_RSA,
    nameOf(issuer),
    sequence(utcTime(new Date(Date.now() + from * DAY_MS)), utcTime(new Date(Date.now() + until * DAY_MS))),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signature = createSign('sha256').update(toSign).sign(signedWith);
  const whole = sequence(toSign, SHA256_WITH_RSA, der(0x03, [0], signature));
  const lines = whole.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** A certificate for localhost by an authority that nobody trusts, made anew: no key lies in the repository. */
export function selfSigned(): { key: string; cert: string } {
  const { privateKey, publicKey } = newKeys();
  const name = { subject: 'localhost', issuer: 'localhost', serial: 1 };
  return {
    key: pemOf(privateKey),
    cert: certificate({ ...name, publicKey, signedWith: privateKey, extension: LOCALHOST }),
  };
}

/** An authority of its own, and what it issues for localhost. */
export interface TestAuthority {
  /** Its certificate, PEM. */
  cert: string;
  issue(): { key: string; cert: string };
  /** One that names 127.0.0.1 alone. */
  issueForAddress(): { key: string; cert: string };
}

/** @param days from when until when it counts, in days from now */
export function testAuthority(name: string, days: { from?: number; until?: number } = {}): TestAuthority {
  const { privateKey, publicKey } = newKeys();
  const own = { subject: name, issuer: name, serial: 1, publicKey, signedWith: privateKey };
  const issueWith = (subject: string, extension: Buffer) => {
    const keys = newKeys();
    const wanted = { subject, issuer: name, serial: 2, publicKey: keys.publicKey };
    return { key: pemOf(keys.privateKey), cert: certificate({ ...wanted, signedWith: privateKey, extension }) };
  };
  return {
    cert: certificate({ ...own, extension: OF_AN_AUTHORITY, ...days }),
    issue: () => issueWith('localhost', LOCALHOST),
    issueForAddress: () => issueWith('127.0.0.1', namedBy(LOOPBACK)),
  };
}
