import { conventionalHelp, conventionalProblem, type ConventionalRules } from './conventional-commit';
import { about, firstLine } from './commit-faults';
import type { Fault } from './outcome';
import { matchesWhole } from './pattern';
import { code, quote, shorten } from './phrase';
import type { BroughtCommit } from './snapshot';

/** What a gate asks of the messages of commits, or of the title in their place. */
export interface MessageRules extends ConventionalRules {
  convention: 'none' | 'conventional-commits';
  pattern?: string | undefined;
  patternHelp?: string | undefined;
  forbiddenBeginnings: readonly string[];
}

/** The same asked of a title, which squashing makes the first line of the one message that is left. */
export function titleFaults(title: string, rules: MessageRules): Fault[] {
  const { convention, pattern, patternHelp, forbiddenBeginnings } = rules;
  const faults: Fault[] = [];
  const add = (key: string, short: string, what: string, help: string) => {
    const message = `The title ${quote(title)} ${what}. Pull requests are squashed here, so it becomes the message of the one commit that is left.`;
    faults.push({ short: `title ${short}`, finding: { severity: 'medium', key, message, help } });
  };
  if (convention === 'conventional-commits') {
    const problem = conventionalProblem(title, rules);
    if (problem !== undefined) add('convention', 'not conventional', problem, conventionalHelp(rules));
  }
  if (pattern !== undefined && !matchesWhole(pattern, title)) {
    const help = patternHelp ?? 'Edit the title so that the whole of it matches the pattern.';
    add('pattern', 'does not match the pattern', `does not match ${code(shorten(pattern, 200))}`, help);
  }
  for (const beginning of forbiddenBeginnings) {
    if (!beginsWith(title, beginning)) continue;
    const begins = `begins with ${quote(beginning)}`;
    add(`beginning ${beginning.toLowerCase()}`, begins, `${begins}, which is not to be merged`, 'Edit the title.');
  }
  return faults;
}

/** What is wrong with the messages of commits. Those that merge are worded by git, and spared but for their beginnings. */
export function messageFaults(brought: readonly BroughtCommit[], rules: MessageRules): Fault[] {
  const { convention, pattern, patternHelp, forbiddenBeginnings } = rules;
  const worded = brought.filter(({ isMerge }) => !isMerge);
  const faults: Fault[] = [];
  if (convention === 'conventional-commits') {
    const wrong = worded.filter((each) => conventionalProblem(firstLine(each), rules) !== undefined);
    const what = `${doesNot(wrong)} follow Conventional Commits`;
    faults.push(
      ...about(brought, wrong, 'convention', 'not conventional', what, `${conventionalHelp(rules)} ${REWORD}`),
    );
  }
  if (pattern !== undefined) {
    const wrong = worded.filter((each) => !matchesWhole(pattern, firstLine(each)));
    const what = `${doesNot(wrong)} match ${code(shorten(pattern, 200))} with the first line of the message`;
    const help = patternHelp ?? 'Reword the first line so that the whole of it matches the pattern.';
    const short = `${doesNot(wrong)} match the pattern`;
    faults.push(...about(brought, wrong, 'pattern', short, what, `${help} ${REWORD}`));
  }
  for (const beginning of forbiddenBeginnings) {
    const wrong = brought.filter(({ message }) => beginsWith(message, beginning));
    const begins = `${wrong.length === 1 ? 'begins' : 'begin'} with ${quote(beginning)}`;
    const key = `beginning ${beginning.toLowerCase()}`;
    faults.push(...about(brought, wrong, key, begins, `${begins}, which is not to be merged`, FOLD));
  }
  return faults;
}

const REWORD = 'Reword with `git rebase --interactive`, and push with --force-with-lease.';
const FOLD =
  'Fold them into the commits that they mend with `git rebase --interactive --autosquash`, or reword them, and push with --force-with-lease.';

function beginsWith(text: string, beginning: string): boolean {
  return text.trimStart().toLowerCase().startsWith(beginning.toLowerCase());
}

function doesNot(wrong: readonly BroughtCommit[]): string {
  return `${wrong.length === 1 ? 'does' : 'do'} not`;
}
