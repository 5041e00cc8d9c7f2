import { isMapping } from './plain';

const WIDTH = 120;

/** JSON in the form that prettier gives it: short lists of scalars on one line, everything else opened up. */
export function formatJson(value: unknown): string {
  return `${written(value, '', 0)}\n`;
}

/** @param before how many characters stand on the value's line before it */
function written(value: unknown, indent: string, before: number): string {
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const line = `[${value.map((entry: unknown) => JSON.stringify(entry)).join(', ')}]`;
    const isFlat = value.every((entry) => typeof entry !== 'object' || entry === null);
    // The comma that may follow counts as well.
    if (isFlat && before + line.length < WIDTH) return line;
    return `[\n${value.map((entry: unknown) => `${deeper}${written(entry, deeper, deeper.length)}`).join(',\n')}\n${indent}]`;
  }
  if (!isMapping(value)) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, entry]) => {
    const start = `${deeper}${JSON.stringify(key)}: `;
    return `${start}${written(entry, deeper, start.length)}`;
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
