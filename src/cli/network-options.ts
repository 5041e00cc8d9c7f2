import { readFile } from 'node:fs/promises';

import { Option } from 'commander';

import { CliError } from './cli-error';
import { unreadReason } from './read-settings-file';

const ERROR = 2;
/** More than what any connection takes; a file that is none is not read into memory. */
const LONGEST = 60_000;

/** As commander hands them over: `false` for the `--no-` form. */
export interface NetworkOptions {
  proxy?: string | false;
  caCertificate?: string | false;
}

export const proxyOption = (): Option =>
  new Option('--proxy <url>', 'the proxy that every request goes through, like http://proxy.contoso.com:3128');
export const caCertificateOption = (): Option =>
  new Option(
    '--ca-certificate <file>',
    'PEM certificates of authorities to trust there, beside the system’s: a private one, or that of a proxy that looks into TLS',
  );

/** What the API takes of them; what was not given is left out, and null takes away. */
export async function networkOf({ proxy, caCertificate }: NetworkOptions): Promise<Record<string, string | null>> {
  const caCertificates =
    caCertificate === undefined ? undefined : caCertificate === false ? null : await readPem(caCertificate);
  return {
    ...(proxy === undefined ? {} : { proxy: proxy === false ? null : proxy }),
    ...(caCertificates === undefined ? {} : { caCertificates }),
  };
}

async function readPem(file: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${unreadReason(error)}.`, ERROR);
  }
  // Here, before it leaves this machine.
  if (text.includes('PRIVATE KEY-----')) {
    throw new CliError(`${file} holds a private key: give a file with certificates alone.`, ERROR);
  }
  if (text.length > LONGEST) throw new CliError(`${file} is too long for certificates of authorities.`, ERROR);
  return text;
}
