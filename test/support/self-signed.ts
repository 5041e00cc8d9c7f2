import { createSign, generateKeyPairSync } from 'node:crypto';

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

const utcTime = (date: Date): Buffer => der(0x17, `${date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`);

/** A certificate for localhost by an authority that nobody trusts, made anew: no key lies in the repository. */
export function selfSigned(): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, 'localhost'))));
  const day = 86_400_000;
  const extensions = sequence(
    sequence(SUBJECT_ALTERNATIVE_NAME, der(0x04, sequence(der(0x82, 'localhost'), der(0x87, [127, 0, 0, 1])))),
  );
  const toSign = sequence(
    der(0xa0, der(0x02, [2])),
    der(0x02, [1]),
    SHA256_WITH_RSA,
    name,
    sequence(utcTime(new Date(Date.now() - day)), utcTime(new Date(Date.now() + day))),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = createSign('sha256').update(toSign).sign(privateKey);
  const whole = sequence(toSign, SHA256_WITH_RSA, der(0x03, [0], signature));
  const lines = whole.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}
