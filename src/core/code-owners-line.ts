import { isGuid } from './guid';
import { code } from './phrase';

/** Somebody whom a line of a CODEOWNERS file names. */
export interface Owner {
  kind: 'person' | 'group';
  /** A unique name or an id of a person; `[Scope]\Name` of a group. */
  name: string;
}

/** A line of a CODEOWNERS file, before the file is known as a whole. `problem` is the rest of a sentence about the line. */
export type OwnersLine =
  | { kind: 'nothing' }
  | { kind: 'heading'; name: string; approvals: number; isOptional: boolean; owners: Owner[]; problem?: string }
  /** Begins as a heading does, and is none. */
  | { kind: 'brokenHeading'; problem: string }
  | { kind: 'rule'; pattern: string; owners: Owner[]; problem?: string };

/** `[Name]`, `^[Name]`, `[Name][2]`. */
const HEADING = /^(\^?)\[([^\]]*)\](?:\[([^\]]*)\])?(?=\s|$)/;
const MOST_APPROVALS = 100;
/** Longer than any name is. */
const LONGEST_NAME = 300;

/** Reads a line. Owners that cannot be read are left out beside those that can: fewer may approve then, never more. */
export function readOwnersLine(line: string): OwnersLine {
  const text = line.trimStart();
  if (text === '' || text.startsWith('#')) return { kind: 'nothing' };
  if (/^\^?\[/.test(text)) return readHeading(text);
  const end = endOfPattern(text);
  return { kind: 'rule', pattern: text.slice(0, end), ...readOwners(text.slice(end)) };
}

function readHeading(text: string): OwnersLine {
  const [whole, caret, rawName = '', rawApprovals = ''] = HEADING.exec(text) ?? [];
  const name = rawName.trim();
  if (whole === undefined || name === '') {
    return {
      kind: 'brokenHeading',
      problem:
        'begins as the heading of a section and is none; write `[Name]`, `^[Name]` or `[Name][2]`, and a file whose name begins with `[` as `\\[`',
    };
  }
  // What is no number of at least 1 counts as 1, says GitLab.
  const approvals = /^\d+$/.test(rawApprovals) ? Math.min(MOST_APPROVALS, Math.max(1, Number(rawApprovals))) : 1;
  return { kind: 'heading', name, approvals, isOptional: caret === '^', ...readOwners(text.slice(whole.length)) };
}

function endOfPattern(text: string): number {
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (/\s/.test(text[index] ?? '')) return index;
  }
  return text.length;
}

function readOwners(text: string): { owners: Owner[]; problem?: string } {
  const owners: Owner[] = [];
  const problems: string[] = [];
  for (const word of wordsOf(text)) {
    const owner = readOwner(word);
    if ('problem' in owner) problems.push(owner.problem);
    else owners.push(owner);
  }
  const [problem] = problems;
  if (problem === undefined) return { owners };
  // `@[Shop]\Team with spaces` names another group than it means.
  const isCut = owners.some(({ kind }) => kind === 'group');
  return owners.length === 0 || isCut ? { owners: [], problem } : { owners };
}

/** Words between spaces; in quotes, or behind a backslash, a space belongs to the word. A `#` begins a comment. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let isQuoted = false;
  for (let index = 0; index <= text.length; index += 1) {
    const character = text[index] ?? '';
    const next = text[index + 1] ?? '';
    if (character === '#' && word === '' && !isQuoted) break;
    if (character === '"') {
      isQuoted = !isQuoted;
      word += character;
    } else if (character === '\\' && /\s/.test(next)) {
      word += ' ';
      index += 1;
    } else if (character === '' || (!isQuoted && /\s/.test(character))) {
      if (word !== '') words.push(word);
      word = '';
    } else {
      word += character;
    }
  }
  return words;
}

function readOwner(word: string): Owner | { problem: string } {
  const quoted = /^(@?)"([^"]*)"$/.exec(word);
  const whole = quoted ? `${quoted[1] ?? ''}${quoted[2] ?? ''}` : word;
  const isMention = whole.startsWith('@');
  const name = (isMention ? whole.slice(1) : whole).trim();
  if (name.length > LONGEST_NAME) return problemWith(word, `names have at most ${LONGEST_NAME} characters`);
  if (name.startsWith('@'))
    return problemWith(word, 'roles are not known here; name a group, such as `@[Shop]\\Reviewers`');
  if (!quoted && word.includes('"')) return problemWith(word, 'a quotation mark is missing or in the wrong place');
  if (/^\[[^\][]+\]\\[^\\]+$/.test(name)) return { kind: 'group', name };
  if (isGuid(name)) return { kind: 'person', name: name.toLowerCase() };
  const [scope = '', ...rest] = name.split('/');
  if (isMention && scope !== '' && !/[@\\[\]]/.test(name) && rest.join('/') !== '' && rest.length > 0) {
    return { kind: 'group', name: `[${scope}]\\${rest.join('/')}` };
  }
  const isUniqueName = /^[^@\\/[\]"]+[@\\][^@\\/[\]"]+$/.test(name);
  const isPlainName = isMention && /^[^@\\/[\]"]+$/.test(name);
  if (isUniqueName || isPlainName) return { kind: 'person', name };
  return problemWith(
    word,
    'owners are `ada@contoso.com`, `@ada@contoso.com`, `@[Shop]\\Reviewers`, or in quotes `"@[Shop]\\Two Words"`',
  );
}

function problemWith(word: string, reason: string): { problem: string } {
  return { problem: `names ${code(word)}, which is no owner: ${reason}` };
}
