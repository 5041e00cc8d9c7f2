import type { Place } from './problem';
import { BicepError } from './syntax';
import { origin, toPlain, type Entry, type Value } from './value';

type ValueFunction = (inputs: Value[], at: Place) => Value;

const nothing = (at: Place): Value => ({ ...origin(at), kind: 'nothing' });

function listOf(value: Value | undefined, at: Place): Value[] {
  if (value?.kind === 'array') return value.items;
  throw new BicepError(at, 'An array is needed here.');
}

function call(value: Value | undefined, inputs: Value[], at: Place): Value {
  if (value?.kind === 'function') return value.call(inputs.slice(0, value.inputs));
  throw new BicepError(at, 'A lambda (x => …) is needed here.');
}

const numbered = (at: Place, number: number): Value => ({ ...origin(at), kind: 'number', number });
const arrayOf = (at: Place, from: Value[], items: Value[]): Value => ({ ...origin(at, ...from), kind: 'array', items });
const flagOf = (at: Place, from: Value[], flag: boolean): Value => ({ ...origin(at, ...from), kind: 'flag', flag });
const isSame = (a: Value, b: Value): boolean => JSON.stringify(toPlain(a)) === JSON.stringify(toPlain(b));

/** How many there are; of a text, its characters. */
function sizeOf(value: Value | undefined, at: Place): number {
  if (value?.kind === 'array') return value.items.length;
  if (value?.kind === 'object') return value.entries.size;
  if (value?.kind === 'text') return value.text.length;
  if (value?.kind === 'nothing') return 0;
  throw new BicepError(at, 'A text, an array or an object is needed here.');
}

function joined(inputs: Value[], at: Place): Value {
  if (inputs.every((input) => input.kind === 'array'))
    return arrayOf(
      at,
      inputs,
      inputs.flatMap(({ items }) => items),
    );
  const texts = inputs.map((input) => {
    if (input.kind === 'text' || input.kind === 'number') return String(toPlain(input));
    throw new BicepError(at, 'Either texts or arrays can be joined.');
  });
  return { ...origin(at, ...inputs), kind: 'text', text: texts.join('') };
}

/** Of objects the later wins, down to their innermost; of arrays each entry stands once. */
function united(inputs: Value[], at: Place): Value {
  if (inputs.every((input) => input.kind === 'array')) {
    const items = inputs.flatMap((input) => input.items);
    return arrayOf(
      at,
      inputs,
      items.filter((item, index) => items.findIndex((each) => isSame(each, item)) === index),
    );
  }
  const entries = new Map<string, Entry>();
  for (const input of inputs) {
    if (input.kind !== 'object') throw new BicepError(at, 'Either objects or arrays can be united.');
    for (const [key, entry] of input.entries) {
      const before = entries.get(key)?.value;
      const isDeep = before?.kind === 'object' && entry.value.kind === 'object';
      entries.set(key, isDeep ? { at: entry.at, value: united([before, entry.value], entry.at) } : entry);
    }
  }
  return { ...origin(at, ...inputs), kind: 'object', entries };
}

function contained([whole, part]: Value[], at: Place): boolean {
  if (!whole || !part) throw new BicepError(at, 'contains takes two inputs.');
  if (whole.kind === 'array') return whole.items.some((item) => isSame(item, part));
  const key = part.kind === 'text' ? part.text : '';
  if (whole.kind === 'object')
    return [...whole.entries.keys()].some((each) => each.toLowerCase() === key.toLowerCase());
  if (whole.kind === 'text') return whole.text.includes(key);
  throw new BicepError(at, 'A text, an array or an object is needed here.');
}

function cut([whole, count]: Value[], at: Place, isTake: boolean): Value {
  if (!whole || count?.kind !== 'number') throw new BicepError(at, 'take and skip need a number.');
  const [start, end] = isTake ? [0, count.number] : [count.number, undefined];
  if (whole.kind === 'text') return { ...origin(at, whole, count), kind: 'text', text: whole.text.slice(start, end) };
  return arrayOf(at, [whole, count], listOf(whole, at).slice(start, end));
}

function toObject([list, key, value]: Value[], at: Place): Value {
  const entries = listOf(list, at).map((item): [string, Entry] => {
    const name = call(key, [item], at);
    if (name.kind !== 'text') throw new BicepError(at, 'The names of toObject are texts.');
    return [name.text, { at: item.at, value: value ? call(value, [item], at) : item }];
  });
  return { ...origin(at), kind: 'object', entries: new Map(entries) };
}

function entriesOf(value: Value | undefined, at: Place): [string, Entry][] {
  if (value?.kind === 'object') return [...value.entries].sort(([a], [b]) => a.localeCompare(b));
  throw new BicepError(at, 'An object is needed here.');
}

/** Functions of arrays and objects, which keep where each entry stands. */
export const collections: Record<string, ValueFunction> = {
  concat: joined,
  union: united,
  contains: (inputs, at) => flagOf(at, inputs, contained(inputs, at)),
  empty: (inputs, at) => flagOf(at, inputs, sizeOf(inputs[0], at) === 0),
  length: (inputs, at) => ({ ...origin(at, ...inputs), kind: 'number', number: sizeOf(inputs[0], at) }),
  take: (inputs, at) => cut(inputs, at, true),
  skip: (inputs, at) => cut(inputs, at, false),
  first: ([list], at) => listOf(list, at)[0] ?? nothing(at),
  last: ([list], at) => listOf(list, at).at(-1) ?? nothing(at),
  flatten: ([list], at) =>
    arrayOf(
      at,
      [],
      listOf(list, at).flatMap((each) => listOf(each, at)),
    ),
  coalesce: (inputs, at) => inputs.find((input) => input.kind !== 'nothing') ?? nothing(at),
  any: ([value], at) => value ?? nothing(at),
  join: ([list, by], at) => {
    const texts = listOf(list, at).map((item) => String(toPlain(item)));
    return { ...origin(at, ...listOf(list, at)), kind: 'text', text: texts.join(String(by ? toPlain(by) : '')) };
  },
  range: ([start, count], at) => {
    if (start?.kind !== 'number' || count?.kind !== 'number') throw new BicepError(at, 'range takes two numbers.');
    const numbers = Array.from({ length: count.number }, (_none, index) => numbered(at, start.number + index));
    return arrayOf(at, [start, count], numbers);
  },
  map: ([list, lambda], at) =>
    arrayOf(
      at,
      list ? [list] : [],
      listOf(list, at).map((item, index) => call(lambda, [item, numbered(at, index)], at)),
    ),
  filter: ([list, lambda], at) => {
    const kept = listOf(list, at).filter((item, index) => {
      const answer = call(lambda, [item, numbered(at, index)], at);
      return answer.kind === 'flag' && answer.flag;
    });
    return arrayOf(at, list ? [list] : [], kept);
  },
  toObject,
  objectKeys: ([value], at) =>
    arrayOf(
      at,
      [],
      entriesOf(value, at).map(([key]) => ({ ...origin(at), kind: 'text' as const, text: key })),
    ),
  items: ([value], at) =>
    arrayOf(
      at,
      [],
      entriesOf(value, at).map(([key, entry]): Value => {
        const name: Value = { ...origin(at), kind: 'text', text: key };
        const entries = new Map<string, Entry>([
          ['key', { at, value: name }],
          ['value', entry],
        ]);
        return { ...origin(at), kind: 'object', entries };
      }),
    ),
};
