import type { FieldShape, Forget } from '../../core/forget-person';

/** What a field says of a person: the whole text, or those of a document that name them, each with its path. */
export interface Part {
  path: string;
  text: string;
}

export function partsOf(shape: FieldShape, text: string, forget: Forget): Part[] {
  if (shape !== 'json') return [{ path: '', text }];
  try {
    const parts = partsIn('', JSON.parse(text), forget);
    return parts.length > 0 ? parts : [{ path: '', text }];
  } catch {
    return [{ path: '', text }];
  }
}

function partsIn(path: string, value: unknown, forget: Forget): Part[] {
  if (typeof value === 'string') return forget('text', value) === value ? [] : [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((each, index) => partsIn(`${path}[${index}]`, each, forget));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const below = path === '' ? key : `${path}.${key}`;
    const named = forget('text', key) === key ? [] : [{ path: below, text: key }];
    return [...named, ...partsIn(below, each, forget)];
  });
}
