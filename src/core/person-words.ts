const LETTER_OR_DIGIT = /^[\p{L}\p{M}\p{N}]$/u;

export function isLetterOrDigit(character: string): boolean {
  return LETTER_OR_DIGIT.test(character);
}

/** What may stand inside an account: where it goes on, another one begins. */
const IN_ACCOUNTS = new Set('._%+-@\\');

/**
 * Where a word stands in a text, in whatever case, and not as a part of a longer one. The text is lower case of the same
 * length as the text that is shown.
 */
export function placesOf(lower: string, word: string, options: { isAccount: boolean }): [number, number][] {
  const places: [number, number][] = [];
  if (word === '') return places;
  for (let at = lower.indexOf(word); at !== -1; at = lower.indexOf(word, at + 1)) {
    const end = at + word.length;
    if (isEdge(lower, at - 1, -1, options.isAccount) && isEdge(lower, end, 1, options.isAccount))
      places.push([at, end]);
  }
  return places;
}

/** In lower case, and as long as it was: the few characters that would grow stay as they are. */
export function lowerOfSameLength(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return Array.from(text, (character) => {
    const small = character.toLowerCase();
    return small.length === character.length ? small : character;
  }).join('');
}

function isEdge(text: string, at: number, step: 1 | -1, isAccount: boolean): boolean {
  const character = characterAt(text, at, step);
  if (character === '') return true;
  if (isLetterOrDigit(character)) return false;
  if (!isAccount || !IN_ACCOUNTS.has(character)) return true;
  // A full stop that ends a sentence ends the account, too.
  const beyond = characterAt(text, at + step, step);
  return beyond === '' || !isLetterOrDigit(beyond);
}

function characterAt(text: string, at: number, step: 1 | -1): string {
  const code = text.charCodeAt(at);
  if (Number.isNaN(code)) return '';
  const isSecondHalf = code >= 0xdc00 && code <= 0xdfff;
  const point = text.codePointAt(step === -1 && isSecondHalf ? at - 1 : at);
  return point === undefined ? '' : String.fromCodePoint(point);
}
