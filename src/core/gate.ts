import type { z } from 'zod';

import type { Finding } from './finding';
import type { SliceName, Slices } from './snapshot';

/** Azure DevOps' own words for the state of a status. */
export type State = 'succeeded' | 'failed' | 'pending' | 'notApplicable' | 'error';

/** Somebody who should be asked to review: a person or a group by id, or a person by unique name. */
export interface WantedReviewer {
  /** Exactly one of the two. */
  id?: string;
  uniqueName?: string;
  /** As a sentence names whom it is. */
  name: string;
  isRequired: boolean;
}

/** One gate's result. */
export interface Outcome {
  state: State;
  /** A few words that fit into the status behind the gate's name: `none linked`, `812 > 600 lines`. */
  description: string;
  findings: Finding[];
  /** Until when this holds although nothing changes; absent = until something changes. */
  validUntil?: Date;
  /** Who should be added to the reviewers; nobody is added twice, or again. */
  reviewers?: WantedReviewer[];
}

/** What a gate sees: the slices it asked for, and the time. */
export type GateInput<Needs extends SliceName> = Pick<Slices, Needs> & { now: Date };

/** An example is documentation and test at once: `options` and `given` produce `then`. */
export interface GateExample<Needs extends SliceName, Options> {
  /** What the example shows, as a phrase: `a title without a type`. */
  title: string;
  options: Options;
  /** What differs from an ordinary pull request. */
  given: { [Name in Needs]?: Partial<Slices[Name]> | Slices[Name] };
  then: State;
  /** The outcome's description, exactly. */
  says: string;
}

/** What options ask beyond the names of slices. */
export interface Asks<Needs extends SliceName = SliceName> {
  /** Groups by their names, for the slice `groups`. */
  groups?: readonly string[];
  /** Reference names of work item fields that are read besides, for the slice `workItems`. */
  workItemFields?: readonly string[];
  /** Slices that these options can do without: they are not read, and empty. */
  spares?: readonly Needs[];
}

/** A gate: one object that carries its own help. Adding one takes its file, its test and a line in gates/registry.ts. */
export interface Gate<Needs extends SliceName = SliceName, Schema extends z.ZodObject = z.ZodObject> {
  /** The file's name, the key in settings, the word in statuses. */
  name: string;
  /** Names that settings may still use for it, for two releases after it was renamed. */
  formerNames?: readonly string[];
  /** One phrase for the reference and the README: `Require a title that matches a pattern`. */
  summary: string;
  /** Paragraphs of the reference, in Markdown: what people write for it, and what it makes of that. */
  notes?: readonly string[];
  needs: readonly Needs[];
  /** Strict; every field has a description, a default, and names its stricter direction (see `stricter`). */
  options: Schema;
  examples: readonly GateExample<Needs, z.input<Schema>>[];
  /** What these options ask of the slices; absent = nothing besides. */
  asks?(options: z.output<Schema>): Asks<Needs>;
  /** Pure: the same input gives the same outcome. */
  evaluate(input: GateInput<Needs>, options: z.output<Schema>): Outcome;
}

export function defineGate<const Needs extends SliceName, Schema extends z.ZodObject>(
  gate: Gate<Needs, Schema>,
): Gate<Needs, Schema> {
  return gate;
}

/**
 * Which way an option may move under a lock: `lower` and `higher` for numbers, `subset` and `superset` for lists,
 * `on` for switches that only tighten when true, `later` for words that are listed from the loosest to the strictest,
 * `fixed` for what may not change at all (patterns, always).
 */
export type StricterDirection = 'lower' | 'higher' | 'subset' | 'superset' | 'on' | 'later' | 'fixed';

/**
 * The metadata that every option carries: `z.int().meta(stricter('lower', 'At most this many files.'))`.
 *
 * @param formerNames that settings may still use, for two releases after it was renamed
 */
export function stricter(
  direction: StricterDirection,
  description: string,
  formerNames: readonly string[] = [],
): { description: string; stricter: StricterDirection; formerNames?: readonly string[] } {
  return { description, stricter: direction, ...(formerNames.length > 0 ? { formerNames } : {}) };
}
