/**
 * A secret as it might turn up: plain, in Basic headers with any of the usual user names, in base 64 for URLs,
 * percent-encoded, inside JSON once and twice, as hex.
 */
export function spellings(secret: string): string[] {
  const headers = ['', 'PAT', 'portcullis'].map((user) => Buffer.from(`${user}:${secret}`).toString('base64'));
  const escaped = JSON.stringify(secret).slice(1, -1);
  const all = [
    secret,
    encodeURIComponent(secret),
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
    ...headers,
  ];
  return [...new Set(all)];
}
