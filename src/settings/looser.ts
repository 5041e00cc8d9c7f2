import type { StricterDirection } from '../core/gate';

import { canonicalJson } from './canonical-json';

/** What a value means that a schema says of it: which way is stricter, and the words in their order. */
export interface Measure {
  direction: StricterDirection;
  /** For `later`: from the loosest to the strictest. */
  order: readonly unknown[];
}

/**
 * Whether a value asks for less than the one that is locked. A limit, or a list of what is allowed, that nobody set asks
 * for nothing, so that any is stricter.
 */
export function isLooser(value: unknown, locked: unknown, { direction, order }: Measure): boolean {
  switch (direction) {
    case 'lower':
      return isNumber(locked) && !(isNumber(value) && value <= locked);
    case 'higher':
      return isNumber(locked) && !(isNumber(value) && value >= locked);
    case 'subset':
      return locked !== undefined && lacksOne(locked, value);
    case 'superset':
      return lacksOne(value, locked);
    case 'on':
      return locked === true && value !== true;
    case 'later':
      return order.indexOf(value) < order.indexOf(locked);
    case 'fixed':
      return canonicalOf(value) !== canonicalOf(locked);
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

/** Whether a list lacks an entry that another has. */
function lacksOne(list: unknown, other: unknown): boolean {
  const present = new Set(entriesOf(list));
  return entriesOf(other).some((entry) => !present.has(entry));
}

function entriesOf(list: unknown): string[] {
  return Array.isArray(list) ? list.map(canonicalJson) : [];
}

function canonicalOf(value: unknown): string | undefined {
  return value === undefined ? undefined : canonicalJson(value);
}
