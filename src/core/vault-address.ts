import { isLoopback } from './loopback';

/** The clouds of Azure: what the names of their vaults end in is what tokens for them are got for. */
const SUFFIXES = ['vault.azure.net', 'vault.usgovcloudapi.net', 'vault.azure.cn'] as const;

/** As Azure has the names of vaults: a letter, then letters, digits and single hyphens, 3 to 24 in all. */
const NAME = /^(?=.{3,24}$)[a-z](?:-?[a-z0-9])+$/;

/**
 * The address of a Key Vault of Azure, or of one on this machine, without a trailing slash; undefined for anything else:
 * neither a look-alike nor something with a port, a path or a user in it gets a secret. A name alone is one of the public cloud.
 */
export function vaultAddress(text: string): string | undefined {
  const given = text.trim().toLowerCase();
  if (NAME.test(given)) return `https://${given}.${SUFFIXES[0]}`;
  // What a parser would repair is nobody's address.
  if (!/^https?:\/\/[a-z0-9.:[\]-]+\/?$/.test(given) || !URL.canParse(given)) return undefined;
  const url = new URL(given);
  if (url.protocol === 'http:') return isLoopback(url.hostname) ? url.origin : undefined;
  const [name = ''] = url.hostname.split('.');
  const isOfAzure = url.port === '' && NAME.test(name) && SUFFIXES.some((each) => url.hostname === `${name}.${each}`);
  return isOfAzure ? url.origin : undefined;
}

/** What a token for this vault is got for; undefined where none is needed, or none is given. */
export function vaultResourceOf(address: string): string | undefined {
  const { protocol, hostname } = new URL(address);
  const suffix = protocol === 'https:' ? SUFFIXES.find((each) => hostname.endsWith(`.${each}`)) : undefined;
  return suffix && `https://${suffix}`;
}
