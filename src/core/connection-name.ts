import { visibleText } from './visible-text';

/** Long enough for anything that people say, short enough for a table. */
const LONGEST_NAME = 64;

/** What is wrong with a connection's name, as a sentence; undefined when nothing is. */
export function connectionNameProblem(name: string): string | undefined {
  if (name.trim() !== name || name === '') return 'The name of a connection is not empty, and has no space around it.';
  if (name.length > LONGEST_NAME) return `The name of a connection has at most ${LONGEST_NAME} characters.`;
  // Commands take a name or an address in one place.
  if (/[\p{C}/\\@]/u.test(name)) return 'The name of a connection has no slash, no @ and no invisible characters.';
  return undefined;
}

/** What an organization or collection is called in its address: the last part of it. */
export function nameOfAddress(url: string): string {
  const { pathname, hostname } = new URL(url);
  const last = pathname.split('/').findLast((part) => part !== '');
  // contoso.visualstudio.com
  const name = last === undefined ? (hostname.split('.')[0] ?? hostname) : decodeURIComponent(last);
  return name
    .replace(/[\p{C}/\\@]/gu, ' ')
    .trim()
    .slice(0, LONGEST_NAME)
    .trim();
}

/** Whether people could take one name for the other: by case, or by another form of the same letters. */
export function isSameConnectionName(one: string, other: string): boolean {
  return visibleText(one).toLowerCase() === visibleText(other).toLowerCase();
}
