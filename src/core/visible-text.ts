/** Characters that fonts show as nothing, and that are no format characters: fillers, joiners, variation selectors. */
const BLANKS = /[\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]/gu;

/**
 * What a reader sees of a text: without characters that show nothing, wide and narrow forms alike, white space as single
 * blanks. A gate that counts or looks for words in anything else is passed with a zero-width space.
 */
export function visibleText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(BLANKS, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
