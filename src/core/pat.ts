/** Whether a text can be a PAT: one word of what a header takes. What it looks like besides is Azure DevOps' affair. */
export function isPat(text: string): boolean {
  return /^[\x21-\x7e]{1,1000}$/.test(text);
}

/** Every form in which a PAT might stand in an answer. */
export function patForms(pat: string): string[] {
  const pairs = ['', 'PAT'].map((user) => Buffer.from(`${user}:${pat}`).toString('base64'));
  return [...new Set([pat, encodeURIComponent(pat.toWellFormed()), ...pairs])];
}
