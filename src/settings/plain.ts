import { pathText, type SettingsProblem } from './problem';

/** Deeper or larger documents are no settings; everything behind this check may recurse and copy without worry. */
const DEEPEST = 20;
const MOST_VALUES = 20_000;

/** Keys that mean something to JavaScript objects; whoever merges or copies a document must never meet them. */
const REFUSED_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** A mapping as JSON and YAML make it. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Problems of a document's substance, whatever it says: too deep, too large, not plain values, keys that are unsafe. */
export function plainProblems(document: unknown): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  let values = 0;

  // Returns false to stop at once: there is no point in looking at the rest of a document that is too large.
  const visit = (value: unknown, path: readonly PropertyKey[]): boolean => {
    values += 1;
    if (values > MOST_VALUES) {
      problems.push({ path: '', message: `the settings are too large: at most ${MOST_VALUES} values are allowed.` });
      return false;
    }
    if (path.length > DEEPEST) {
      problems.push({
        path: '',
        message: `the settings are nested too deeply: at most ${DEEPEST} levels are allowed.`,
      });
      return false;
    }
    if (Array.isArray(value)) return value.every((entry: unknown, index) => visit(entry, [...path, index]));
    if (isMapping(value)) {
      return Object.entries(value).every(([key, entry]) => {
        if (!REFUSED_KEYS.has(key)) return visit(entry, [...path, key]);
        problems.push({ path: pathText([...path, key]), message: 'this key is not allowed anywhere in settings.' });
        return true;
      });
    }
    if (!isScalar(value)) {
      problems.push({
        path: pathText(path),
        message: 'only text, finite numbers, true, false, null, lists and mappings are allowed in settings.',
      });
    }
    return true;
  };

  visit(document, []);
  return problems;
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
