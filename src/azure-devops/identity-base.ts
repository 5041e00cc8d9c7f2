/**
 * Where the identities of an organization are read: on Services a host of its own, next to each of the two forms of an
 * organization's address; on Server the collection itself.
 *
 * @param base an organization's or collection's base URL, without a trailing slash
 */
export function identityBase(base: string): string {
  const url = new URL(base);
  const host = url.hostname.toLowerCase();
  if (url.protocol === 'https:' && host === 'dev.azure.com') {
    const organization = url.pathname.split('/')[1] ?? '';
    return `https://vssps.dev.azure.com/${organization}`;
  }
  const [, organization] = /^([a-z0-9-]+)\.visualstudio\.com$/.exec(host) ?? [];
  // The old form may carry the name of the one collection, which the identities' host does not know.
  return url.protocol === 'https:' && organization !== undefined
    ? `https://${organization}.vssps.visualstudio.com`
    : base;
}
