/** Characters without a shape that are no format characters: joiners and fillers that some fonts show as nothing. */
const BLANKS = /\u034F|\u115F|\u1160|\u17B4|\u17B5|\u3164|\uFFA0/g;

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
