import type { Place, Problem } from './problem';
import type { Value } from './value';

/** What expressions are computed in: the names that stand there, and where mistakes go. */
export interface Scope {
  find(name: string, at: Place): Value | undefined;
  /** Nested resources too: `parent::child`. */
  report(problem: Problem): void;
  /** That a condition went this way: a way that no parameters take is a way that nobody checked. */
  went(at: Place, way: boolean): void;
  /** What `loadTextContent` reads, as paths stand beside the file. */
  folder: string;
}

/** The same with more names: a loop's, a lambda's, nested resources'. */
export function withNames(scope: Scope, names: ReadonlyMap<string, Value>): Scope {
  return { ...scope, find: (name, at) => names.get(name) ?? scope.find(name, at) };
}
