import { isMapping } from './plain';

/**
 * What a wider and a narrower scope say together: mappings merge key by key, and everything else, lists included, is
 * what the narrower one says. Neither is changed.
 */
export function mergeDocuments(wider: unknown, narrower: unknown): unknown {
  if (!isMapping(wider) || !isMapping(narrower)) return narrower;
  const merged = Object.entries(narrower).map(([key, value]) => [
    key,
    Object.hasOwn(wider, key) ? mergeDocuments(wider[key], value) : value,
  ]);
  // Entries are defined rather than assigned, so that no key reaches a setter.
  return Object.fromEntries([...Object.entries(wider), ...merged]);
}
