import { z } from 'zod';

import {
  announcesBreakingChange,
  conventionalHelp,
  conventionalProblem,
  conventionOptions,
  parseConventionalHeader,
  type ConventionalRules,
} from '../core/conventional-commit';
import { defineGate, stricter } from '../core/gate';
import { FINE, judged, type Fault } from '../core/outcome';
import { matchesWhole, patternSchema } from '../core/pattern';
import { shownLines } from '../core/shown-markdown';
import { visibleText } from '../core/visible-text';
import { code, count, quote, shorten } from '../core/phrase';
import type { PullRequestDetails } from '../core/snapshot';

const fields = z.strictObject({
  pattern: patternSchema()
    .optional()
    .meta(stricter('fixed', 'The whole title must match this pattern (RE2 syntax). Without it any wording will do.')),
  patternHelp: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .meta(stricter('fixed', 'A sentence for the author that says in words what the pattern wants.')),
  ...conventionOptions(
    '`conventional-commits`: the title is `type(scope): description`, as Conventional Commits 1.0.0 says.',
  ),
  breakingChanges: z
    .enum(['allow', 'explain', 'refuse'])
    .default('allow')
    .meta(
      stricter(
        'later',
        'With `conventional-commits`. `explain`: a title is marked by `!` if, and only if, the description has a line `BREAKING CHANGE: …`. `refuse`: neither may be there.',
      ),
    ),
  minimumLength: z.int().min(0).max(400).default(10).meta(stricter('higher', 'At least this many characters.')),
  maximumLength: z.int().min(1).max(400).default(120).meta(stricter('lower', 'At most this many characters.')),
  forbiddenWords: z
    .array(z.string().min(1).max(100))
    .max(100)
    .default(['wip', 'do not merge', 'fixup!', 'squash!'])
    .meta(stricter('superset', 'Words or phrases that may not stand in the title, whatever their case.')),
});

/** Looked at when every scope's word is known: one may set the one length, and another the other. */
const options = fields.check(({ value, issues }) => {
  const { minimumLength, maximumLength } = value;
  if (minimumLength <= maximumLength) return;
  const message = `is ${minimumLength}, more than maximumLength, which is ${maximumLength}: no title could pass.`;
  issues.push({ code: 'custom', path: ['minimumLength'], input: value, message });
});

export const title = defineGate({
  name: 'title',
  summary: 'Require a title that says what the change does',
  needs: ['details'],
  options,
  examples: [
    {
      title: 'a title without a type',
      options: {
        pattern: '(feat|fix|docs|chore)(\\(.+\\))?: .{5,72}',
        patternHelp: 'Start with feat, fix, docs or chore.',
      },
      given: { details: { title: 'Add a voucher field to the basket' } },
      then: 'failed',
      says: 'does not match the pattern',
    },
    {
      title: 'a type that is not among those of Conventional Commits that are used here',
      options: { convention: 'conventional-commits', types: ['feat', 'fix'] },
      given: { details: { title: 'chore: tidy up the basket' } },
      then: 'failed',
      says: 'not conventional',
    },
    {
      title: 'a breaking change that nobody explains',
      options: { convention: 'conventional-commits', breakingChanges: 'explain' },
      given: { details: { title: 'feat(basket)!: drop the voucher field' } },
      then: 'failed',
      says: 'breaking change not explained',
    },
    {
      title: 'a title of work in progress',
      options: {},
      given: { details: { title: 'WIP: voucher field for the basket' } },
      then: 'failed',
      says: 'contains "wip"',
    },
    {
      title: 'a title that says what the change does',
      options: { pattern: '(feat|fix): .+' },
      given: { details: { title: 'feat: add a voucher field to the basket' } },
      then: 'succeeded',
      says: 'fine',
    },
  ],
  evaluate({ details }, wanted) {
    const { pattern, patternHelp, minimumLength, maximumLength, forbiddenWords } = wanted;
    const text = details.title.trim();
    const seen = visibleText(text);
    const length = Array.from(seen).length;
    const faults: Fault[] = [];
    if (pattern !== undefined && !matchesWhole(pattern, text)) {
      faults.push({
        short: 'does not match the pattern',
        finding: {
          severity: 'medium',
          key: 'pattern',
          message: `The title ${quote(text)} does not match ${code(shorten(pattern, 200))}.`,
          help: patternHelp ?? 'Reword the title so that the whole of it matches the pattern.',
        },
      });
    }
    if (wanted.convention === 'conventional-commits') faults.push(...conventionFaults(details, wanted));
    if (length < minimumLength) {
      faults.push({
        short: `${count(length, 'character')} < ${minimumLength}`,
        finding: {
          severity: 'medium',
          key: 'minimumLength',
          message: `The title has ${count(length, 'character')}; at least ${minimumLength} are asked for.`,
          help: 'Say in the title what the change does, so that it can be understood in a list.',
        },
      });
    }
    if (length > maximumLength) {
      faults.push({
        short: `${count(length, 'character')} > ${maximumLength}`,
        finding: {
          severity: 'low',
          key: 'maximumLength',
          message: `The title has ${count(length, 'character')}; at most ${maximumLength} are allowed.`,
          help: 'Shorten the title and move the rest into the description.',
        },
      });
    }
    for (const word of forbiddenWords.filter((candidate) => containsWord(seen, visibleText(candidate)))) {
      faults.push({
        short: `contains ${quote(word)}`,
        finding: {
          severity: 'medium',
          key: `forbiddenWord ${word.toLowerCase()}`,
          message: `The title contains ${quote(word)}, which these settings do not allow.`,
          help: 'Take it out of the title when the change is ready; mark the pull request as a draft until then.',
        },
      });
    }
    return judged(faults, FINE);
  },
});

interface Convention extends ConventionalRules {
  breakingChanges: 'allow' | 'explain' | 'refuse';
}

function conventionFaults(details: PullRequestDetails, wanted: Convention): Fault[] {
  const { breakingChanges } = wanted;
  const text = details.title.trim();
  const problem = conventionalProblem(text, wanted);
  if (problem !== undefined) {
    const help = conventionalHelp(wanted);
    return [breach('not conventional', 'convention', `The title ${quote(text)} ${problem}.`, help)];
  }
  const isMarked = parseConventionalHeader(text)?.isBreaking === true;
  const isAnnounced = shownLines(details.description).some(
    (line) => !line.isCode && announcesBreakingChange(line.text),
  );
  if (breakingChanges === 'refuse' && (isMarked || isAnnounced)) {
    const where = isMarked ? `The title ${quote(text)} is marked by \`!\`` : 'The description has `BREAKING CHANGE:`';
    const message = `${where}; breaking changes are not allowed here.`;
    return [breach('breaking change', 'breakingChanges', message, 'Keep what others rely on, and take the mark away.')];
  }
  if (breakingChanges !== 'explain' || isMarked === isAnnounced) return [];
  return isMarked
    ? [
        breach(
          'breaking change not explained',
          'breakingChanges',
          `The title ${quote(text)} is marked by \`!\`, and the description does not say what breaks.`,
          'Add a line to the description that begins with `BREAKING CHANGE: ` and says what breaks, and what to do.',
        ),
      ]
    : [
        breach(
          'breaking change not marked',
          'breakingChanges',
          `The description has \`BREAKING CHANGE:\`, and the title ${quote(text)} is not marked.`,
          'Mark it by `!` before the colon, as in `feat(basket)!: drop vouchers`.',
        ),
      ];
}

function breach(short: string, key: string, message: string, help: string): Fault {
  return { short, finding: { severity: 'medium', key, message, help } };
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Whole words only: "wip" is not in "wiper". Written without a pattern, as settings name the words. */
function containsWord(text: string, word: string): boolean {
  const haystack = text.toLowerCase();
  const needle = word.toLowerCase();
  for (let at = haystack.indexOf(needle); at !== -1; at = haystack.indexOf(needle, at + 1)) {
    const before = haystack.slice(0, at).at(-1) ?? ' ';
    const after = haystack.at(at + needle.length) ?? ' ';
    const startsFree = !LETTER_OR_DIGIT.test(before) || !LETTER_OR_DIGIT.test(needle.at(0) ?? ' ');
    const endsFree = !LETTER_OR_DIGIT.test(after) || !LETTER_OR_DIGIT.test(needle.at(-1) ?? ' ');
    if (startsFree && endsFree) return true;
  }
  return false;
}
