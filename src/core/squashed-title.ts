import { conventionalHelp, conventionalProblem, type ConventionalRules } from './conventional-commit';
import type { Fault } from './outcome';
import { matchesWhole } from './pattern';
import { code, quote, shorten } from './phrase';

/** What a gate asks of the messages of commits. */
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
  const about = (key: string, short: string, what: string, help: string) => {
    const message = `The title ${quote(title)} ${what}. Pull requests are squashed here, so it becomes the message of the one commit that is left.`;
    faults.push({ short: `title ${short}`, finding: { severity: 'medium', key, message, help } });
  };
  if (convention === 'conventional-commits') {
    const problem = conventionalProblem(title, rules);
    if (problem !== undefined) about('convention', 'not conventional', problem, conventionalHelp(rules));
  }
  if (pattern !== undefined && !matchesWhole(pattern, title)) {
    const help = patternHelp ?? 'Edit the title so that the whole of it matches the pattern.';
    about('pattern', 'does not match the pattern', `does not match ${code(shorten(pattern, 200))}`, help);
  }
  for (const beginning of forbiddenBeginnings) {
    if (!title.trimStart().toLowerCase().startsWith(beginning.toLowerCase())) continue;
    const begins = `begins with ${quote(beginning)}`;
    about(`beginning ${beginning.toLowerCase()}`, begins, `${begins}, which is not to be merged`, 'Edit the title.');
  }
  return faults;
}
