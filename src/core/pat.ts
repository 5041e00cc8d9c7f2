/** Whether a text can be a PAT: one word of what a header takes. What it looks like besides is Azure DevOps' affair. */
export function isPat(text: string): boolean {
  return /^[\x21-\x7e]{1,1000}$/.test(text);
}

/** Every form in which a PAT might stand in an answer. */
export function patForms(pat: string): string[] {
  const pairs = ['', 'PAT'].map((user) => Buffer.from(`${user}:${pat}`).toString('base64'));
  return [...new Set([pat, encodeURIComponent(pat.toWellFormed()), ...pairs])];
}

/** What Azure DevOps makes: 52 characters of base 32, or 84 with a signature in them. Nothing else looks like it. */
const PAT_SHAPES = /(?<![A-Za-z0-9])(?:[a-z2-7]{52}|[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4})(?![A-Za-z0-9])/g;

/** Whether something that looks like a PAT stands in a text: people paste into the wrong field. */
export function holdsPat(text: string): boolean {
  return text.search(PAT_SHAPES) !== -1;
}

/** The text without what looks like a PAT, for whatever is kept or repeated. */
export function withoutPats(text: string): string {
  return text.replace(PAT_SHAPES, '***');
}
