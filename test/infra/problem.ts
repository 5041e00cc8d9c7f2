import { relative, resolve } from 'node:path';

/** A place in a Bicep file; line and column count from 1, as editors do. */
export interface Place {
  file: string;
  line: number;
  column: number;
}

export interface Problem extends Place {
  text: string;
}

const ROOT = resolve(__dirname, '../..');

/** `infra/main.bicep:12:3 …`: what a person clicks on. */
export function describeProblem({ file, line, column, text }: Problem): string {
  const path = relative(ROOT, file);
  return `${path.startsWith('..') ? file : path}:${line}:${column} ${text}`;
}

/** Each problem once: a template is checked with several sets of parameters. In the order of the files. */
export function uniqueProblems(problems: readonly Problem[]): Problem[] {
  const unique = new Map(problems.map((problem) => [describeProblem(problem), problem]));
  return [...unique.values()].sort(
    (a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column || a.text.localeCompare(b.text),
  );
}
