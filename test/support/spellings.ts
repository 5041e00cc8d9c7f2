/** A secret as it might turn up: plain, in Basic headers with any of the usual user names, percent-encoded, as hex. */
export function spellings(secret: string): string[] {
  const headers = ['', 'PAT', 'portcullis'].map((user) => Buffer.from(`${user}:${secret}`).toString('base64'));
  return [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('hex'),
    ...headers,
  ];
}
