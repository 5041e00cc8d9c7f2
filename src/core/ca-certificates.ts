import { X509Certificate } from 'node:crypto';

/** A certificate of an authority, as people know it. */
export interface CaCertificate {
  /** What it is called: its common name, or all of its name. */
  name: string;
  expiresOn: Date;
  /** SHA-256, as Windows and OpenSSL show it. */
  fingerprint: string;
}

export type ParsedCaCertificates =
  { ok: true; pem: string; certificates: CaCertificate[] } | { ok: false; reason: string };

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';
/** A row of the table has room for so much. */
const LONGEST = 30_000;
const MOST = 20;
const LONGEST_NAME = 100;

/**
 * Reads PEM certificates of authorities; whatever stands between them is left out. What is wrong is said in a sentence: a
 * certificate that is none of an authority, one that has ended or has not begun, a private key in its place.
 */
export function parseCaCertificates(text: string, now: Date): ParsedCaCertificates {
  if (text.includes('PRIVATE KEY-----')) {
    return wrong(
      'This holds a private key, which must not leave its server: give the certificate of the authority alone.',
    );
  }
  const parts = text
    .split(BEGIN)
    .slice(1)
    .map((part) => part.slice(0, Math.max(0, part.indexOf(END))));
  if (parts.length === 0) {
    return wrong(
      `This holds no certificate: a PEM file has ${BEGIN} in it. openssl x509 -inform der -in ca.cer makes one.`,
    );
  }
  if (parts.length > MOST) return wrong(`There are more than the ${MOST} certificates that a connection takes.`);
  const read = new Map<string, X509Certificate>();
  for (const [index, part] of parts.entries()) {
    const certificate = parse(`${BEGIN}${part}${END}`);
    const which = parts.length === 1 ? 'The certificate' : `Certificate ${index + 1}`;
    if (!certificate) return wrong(`${which} cannot be read: copy the file again, whole.`);
    const problem = problemOf(certificate, now);
    if (problem !== undefined) return wrong(`${which}, ${nameOf(certificate)}, ${problem}`);
    read.set(certificate.fingerprint256, certificate);
  }
  const pem = [...read.values()].map((certificate) => certificate.toString()).join('');
  if (pem.length > LONGEST) return wrong(`The certificates are longer than the ${LONGEST} characters that are kept.`);
  return { ok: true, pem, certificates: [...read.values()].map(describe) };
}

/** The certificates that a connection keeps, also those that have ended since. */
export function caCertificatesIn(pem: string | null): CaCertificate[] {
  return (pem ?? '')
    .split(BEGIN)
    .slice(1)
    .flatMap((part) => parse(BEGIN + part) ?? [])
    .map(describe);
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function problemOf(certificate: X509Certificate, now: Date): string | undefined {
  if (!certificate.ca && !isOfItself(certificate)) {
    return "is a server's and not of an authority: give the certificate of the authority that issued it.";
  }
  if (new Date(certificate.validTo) <= now) return `ended on ${dayOf(certificate.validTo)}: give its successor.`;
  if (new Date(certificate.validFrom) > now) return `counts from ${dayOf(certificate.validFrom)} on only.`;
  return undefined;
}

/** A server's that signed itself has no authority: trusting it trusts that server, and nobody that it would vouch for. */
function isOfItself(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer && certificate.verify(certificate.publicKey);
}

function describe(certificate: X509Certificate): CaCertificate {
  return {
    name: nameOf(certificate),
    expiresOn: new Date(certificate.validTo),
    fingerprint: certificate.fingerprint256,
  };
}

function nameOf({ subject }: X509Certificate): string {
  const common = /^CN=(.+)$/m.exec(subject)?.[1] ?? subject;
  const flat = common.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return flat === '' ? 'which has no name' : flat.slice(0, LONGEST_NAME).toWellFormed();
}

function dayOf(date: string): string {
  return new Date(date).toISOString().slice(0, 10);
}

function wrong(reason: string): ParsedCaCertificates {
  return { ok: false, reason };
}
