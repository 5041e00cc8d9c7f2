import { folded, parseSignIn, type Person } from './person';
import { lowerOfSameLength, placesOf } from './person-words';

/** How a field says who somebody is: by their id alone, by their name alone, or somewhere in a text or in JSON. */
export type FieldShape = 'id' | 'name' | 'text' | 'json';

/** What a field says with the pseudonym in place of the person; the same text when it does not name them. */
export type Forget = (shape: FieldShape, text: string, options?: { isAbout?: boolean }) => string;

/**
 * @returns a function for the fields of rows; of a row that `isAbout` the person a text that is nothing but one of their
 * other names is theirs, too
 */
export function forgetPerson({ terms }: Pick<Person, 'terms'>, pseudonym: string): Forget {
  const isAccountLike = (kind: string): boolean => kind === 'id' || kind === 'account';
  const words = terms
    .filter(({ kind, text }) => isAccountLike(kind) || (kind === 'name' && isWholeName(text)))
    .map(({ kind, text }) => ({ lower: lowerOfSameLength(text.normalize('NFC')), isAccount: isAccountLike(kind) }))
    // A whole name before a part of it.
    .toSorted((a, b) => b.lower.length - a.lower.length);
  const idsAndAccounts = new Set(terms.filter(({ kind }) => isAccountLike(kind)).map(({ text }) => folded(text)));
  const givenNames = new Set(terms.filter(({ kind }) => kind === 'name').map(({ text }) => folded(text)));
  const anyNames = new Set(terms.filter(({ kind }) => !isAccountLike(kind)).map(({ text }) => folded(text)));

  const inText = (text: string, isAbout: boolean): string => {
    const whole = folded(text.trim());
    if (isAbout && anyNames.has(whole)) return pseudonym;
    // As the audit log names whom something was granted: `person Ann`.
    if (isAbout && whole.startsWith('person ') && anyNames.has(whole.slice(7).trim())) return `person ${pseudonym}`;
    // A letter and its accent may be one character or two; what names nobody stays as it was written.
    const composed = text.normalize('NFC');
    const lower = lowerOfSameLength(composed);
    const said = words
      .filter((word) => lower.includes(word.lower))
      .reduce(
        (left, word) => replaced(left, word, pseudonym),
        withoutSignIns(composed, anyNames, idsAndAccounts, pseudonym),
      );
    return said === composed ? text : said;
  };

  const inName = (text: string, isAbout: boolean): string => {
    if (idsAndAccounts.has(folded(text.trim()))) return pseudonym;
    const { name, account } = parseSignIn(text);
    if (account === null) return (isAbout ? anyNames : givenNames).has(folded(name)) ? pseudonym : inText(text, false);
    // Whoever has another account is somebody else, whatever they call themselves.
    return idsAndAccounts.has(account) ? pseudonym : inText(text, false);
  };

  return (shape, text, { isAbout = false } = {}) => {
    switch (shape) {
      case 'id':
        return idsAndAccounts.has(folded(text)) ? pseudonym : text;
      case 'name':
        return inName(text, isAbout);
      case 'text':
        return inText(text, isAbout);
      case 'json':
        return inJson(
          text,
          (each) => inText(each, isAbout),
          (key) => (idsAndAccounts.has(folded(key)) ? pseudonym : key),
        );
    }
  };
}

/** `Ann Author (ann@contoso.com)` whole, so that no name is left beside the pseudonym. */
function withoutSignIns(
  text: string,
  names: ReadonlySet<string>,
  accounts: ReadonlySet<string>,
  pseudonym: string,
): string {
  const lower = text.toLowerCase();
  let said = text;
  for (const account of accounts) {
    if (!lower.includes(account)) continue;
    for (const name of names) said = replaced(said, { lower: `${name} (${account})`, isAccount: false }, pseudonym);
  }
  return said;
}

/**
 * Who forgets says what the person is called: one word alone (`admin`, `main`, an organization's name) would blot out of texts,
 * and of the audit log, what is no name there.
 */
function isWholeName(text: string): boolean {
  return /\s/.test(text.trim());
}

function replaced(text: string, word: { lower: string; isAccount: boolean }, pseudonym: string): string {
  const places = placesOf(lowerOfSameLength(text), word.lower, word);
  let said = '';
  let from = 0;
  for (const [start, end] of places) {
    if (start < from) continue;
    said += `${text.slice(from, start)}${pseudonym}`;
    from = end;
  }
  return from === 0 ? text : said + text.slice(from);
}

/** JSON with other texts in it; keys are ours, unless they are an account. What is no JSON is a text like any other. */
function inJson(text: string, change: (text: string) => string, rename: (key: string) => string): string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return change(text);
  }
  const changed = JSON.stringify(mapTexts(document, change, rename));
  // As it was written, where nothing is to be said otherwise.
  return changed === JSON.stringify(document) ? text : changed;
}

function mapTexts(value: unknown, change: (text: string) => string, rename: (key: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, change, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [rename(key), mapTexts(each, change, rename)]));
}
