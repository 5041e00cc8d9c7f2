import { isMapping } from './plain';

/** A place in a document. */
export type Path = readonly string[];

/** The value at a place; undefined where the way ends. */
export function valueIn(document: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    document,
  );
}

/** The document without the value at a place; neither is changed. A mapping that becomes empty stays. */
export function without(document: unknown, path: Path): unknown {
  const [key, ...rest] = path;
  if (key === undefined || !isMapping(document) || !Object.hasOwn(document, key)) return document;
  const others = Object.entries(document).filter(([name]) => name !== key);
  return Object.fromEntries(rest.length === 0 ? others : [...others, [key, without(document[key], rest)]]);
}

export function startsWith(path: Path, start: Path): boolean {
  return start.every((key, index) => path[index] === key);
}
