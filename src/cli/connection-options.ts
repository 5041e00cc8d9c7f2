import { InvalidArgumentError } from 'commander';

import { connectionNameProblem } from '../core/connection-name';

/** A connection's name as an option's value. */
export function parseConnectionName(text: string): string {
  const problem = connectionNameProblem(text);
  if (problem === undefined) return text;
  throw new InvalidArgumentError(problem);
}

/** An option that may be given several times. */
export function gatherLabels(label: string, before: string[] | undefined): string[] {
  return [...(before ?? []), label];
}
