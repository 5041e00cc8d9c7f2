import type { TestEnvironment } from '../local-environment';
import type { NewRepository } from '../new-repository';

/** A pull request that a gate does not let through. */
export interface Broken {
  id: number;
  /** What the gate says in the status, behind its name. */
  says: string;
  /** What the summary says of it, as Markdown. */
  tells: string;
  /** Makes it right; returns the number of the pull request that is right then, where that is another one. */
  mend: () => Promise<unknown>;
}

export interface BrokenCase {
  gate: string;
  /** What is special, where a gate has several. */
  about?: string;
  options: object;
  /** `pending`: nothing is wrong, and somebody else has something to do first. */
  state: 'failed' | 'pending';
  breaks: (repository: NewRepository, environment: TestEnvironment) => Promise<Broken>;
}

export const WORDS = 'Customers asked to be greeted when they enter the shop.';
