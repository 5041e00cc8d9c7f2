import { paperGuid, paperHash } from './answers';

import type { PlainFunction } from './functions';

const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new Error('a text is needed here.');
  return value;
};
const number = (value: unknown): number => {
  if (typeof value !== 'number') throw new Error('a number is needed here.');
  return value;
};
const show = (value: unknown): string => {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** The index-th range of addresses, of the size asked for, within a range: IPv4 alone. */
function cidrSubnet(range: string, size: number, index: number): string {
  const [address = '', length = ''] = range.split('/');
  const digits = address.split('.').map(Number);
  const isRange = digits.length === 4 && digits.every((digit) => digit >= 0 && digit <= 255) && /^\d+$/.test(length);
  if (!isRange || size < Number(length) || size > 32) throw new Error(`${range} has no ranges of /${size}.`);
  if (index >= 2 ** (size - Number(length))) throw new Error(`${range} has no range number ${index} of /${size}.`);
  const start = digits.reduce((sum, digit) => sum * 256 + digit, 0) + index * 2 ** (32 - size);
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${parts.join('.')}/${size}`;
}

/** Functions of texts and numbers. */
export const texts: Record<string, PlainFunction> = {
  toLower: { from: 1, to: 1, call: (value) => text(value).toLowerCase() },
  toUpper: { from: 1, to: 1, call: (value) => text(value).toUpperCase() },
  trim: { from: 1, to: 1, call: (value) => text(value).trim() },
  string: { from: 1, to: 1, call: (value) => (typeof value === 'object' ? JSON.stringify(value) : show(value)) },
  int: { from: 1, to: 1, call: (value) => Number.parseInt(String(value), 10) },
  bool: { from: 1, to: 1, call: (value) => String(value).toLowerCase() === 'true' },
  json: { from: 1, to: 1, call: (value): unknown => JSON.parse(text(value)) },
  replace: { from: 3, to: 3, call: (value, old, by) => text(value).replaceAll(text(old), text(by)) },
  startsWith: {
    from: 2,
    to: 2,
    call: (value, start) => text(value).toLowerCase().startsWith(text(start).toLowerCase()),
  },
  endsWith: { from: 2, to: 2, call: (value, end) => text(value).toLowerCase().endsWith(text(end).toLowerCase()) },
  substring: {
    from: 2,
    to: 3,
    call: (value, start, length) => {
      const end = length === undefined ? text(value).length : number(start) + number(length);
      if (end > text(value).length) throw new Error('the text is shorter than that.');
      return text(value).slice(number(start), end);
    },
  },
  split: {
    from: 2,
    to: 2,
    call: (value, by) => {
      const marks = Array.isArray(by) ? by.map(text) : [text(by)];
      return marks.reduce((pieces, mark) => pieces.flatMap((piece) => piece.split(mark)), [text(value)]);
    },
  },
  format: {
    from: 1,
    to: 20,
    call: (pattern, ...values) =>
      text(pattern).replace(/\{(\d+)\}/g, (_all, index: string) => {
        if (Number(index) >= values.length) throw new Error(`there is no value for {${index}}.`);
        return show(values[Number(index)]);
      }),
  },
  uniqueString: { from: 1, to: 20, call: (...words) => paperHash(words.map(text)) },
  guid: { from: 1, to: 20, call: (...words) => paperGuid(words.map(text)) },
  cidrSubnet: { from: 3, to: 3, call: (range, size, index) => cidrSubnet(text(range), number(size), number(index)) },
  uriComponent: { from: 1, to: 1, call: (value) => encodeURIComponent(text(value)) },
  base64: { from: 1, to: 1, call: (value) => Buffer.from(text(value)).toString('base64') },
  min: { from: 1, to: 20, call: (...values) => Math.min(...values.flat().map(number)) },
  max: { from: 1, to: 20, call: (...values) => Math.max(...values.flat().map(number)) },
};
