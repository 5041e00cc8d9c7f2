import { callFunction, callMethod } from './functions';
import type { Place } from './problem';
import { carry, readProperty } from './read-property';
import { withNames, type Scope } from './scope';
import { BicepError, type Expression } from './syntax';
import { origin, requireStart, toPlain, type Entry, type Value } from './value';

/** An expression's value; throws a BicepError where it has none. Mistakes inside lists and objects are reported one by one. */
export function evaluate(expression: Expression, scope: Scope): Value {
  const { at } = expression;
  const inner = (part: Expression): Value => evaluate(part, scope);
  switch (expression.kind) {
    case 'literal':
      return plainLiteral(expression.value, at);
    case 'interpolation': {
      const values = expression.parts.map(inner);
      return { ...origin(at, ...values), kind: 'text', text: values.map(asText).join('') };
    }
    case 'name': {
      const found = scope.find(expression.name, at);
      if (!found) throw new BicepError(at, `${expression.name} is declared nowhere.`);
      return carry({ ...found, at }, origin(at));
    }
    case 'array':
      return { ...origin(at), kind: 'array', items: expression.items.map((item) => evaluateOrReport(item, scope)) };
    case 'object':
      return evaluateObject(expression, scope);
    case 'member':
      return readProperty(inner(expression.object), expression.property, at, isSafe(expression));
    case 'index':
      return evaluateIndex(inner(expression.object), inner(expression.index), at, isSafe(expression));
    case 'nested': {
      const parent = inner(expression.object);
      const nested = parent.kind === 'resource' ? parent.resource.nested.get(expression.resource) : undefined;
      if (!nested) throw new BicepError(at, `There is no nested resource ${expression.resource}.`);
      return { ...nested, at };
    }
    case 'call': {
      const target = expression.target;
      const isNamespace =
        target?.kind === 'name' && ['az', 'sys'].includes(target.name) && !scope.find(target.name, at);
      const inputs = expression.inputs.map(inner);
      if (!target || isNamespace) return callFunction(expression.name, inputs, at, scope);
      return callMethod(inner(target), expression.name, at);
    }
    case 'unary': {
      const operand = inner(expression.operand);
      const from = origin(at, operand);
      if (expression.operator === '!') return { ...from, kind: 'flag', flag: !asFlag(operand) };
      return { ...from, kind: 'number', number: -asNumber(operand) };
    }
    case 'binary':
      return evaluateBinary(expression.operator, expression.left, expression.right, at, scope);
    case 'ternary': {
      const condition = inner(expression.condition);
      const way = asFlag(condition);
      scope.went(expression.condition.at, way);
      return carry(inner(way ? expression.yes : expression.no), origin(at, condition));
    }
    case 'lambda': {
      const { names, body } = expression;
      const call = (inputs: Value[]): Value => {
        const entries = names.map((name, index): [string, Value] => [
          name,
          inputs[index] ?? { ...origin(at), kind: 'nothing' },
        ]);
        return evaluate(body, withNames(scope, new Map(entries)));
      };
      return { ...origin(at), kind: 'function', call, inputs: names.length };
    }
    case 'for': {
      const bodies = roundsOf(expression, scope).map((each) => evaluateOrReport(expression.body, each));
      return { ...origin(at), kind: 'array', items: bodies };
    }
    case 'if':
      throw new BicepError(at, 'A condition stands here on resources and modules only.');
  }
}

/** `a.?b.c`: where b is missing, the whole way is null. */
function isSafe(expression: Expression): boolean {
  if (expression.kind !== 'member' && expression.kind !== 'index') return false;
  return expression.isSafe || isSafe(expression.object);
}

/** A scope per entry of a loop's list. */
export function roundsOf(loop: Expression & { kind: 'for' }, scope: Scope): Scope[] {
  const list = evaluate(loop.list, scope);
  requireStart(list, loop.list.at, 'The list of a loop');
  if (list.kind !== 'array') throw new BicepError(loop.list.at, 'A loop goes over an array.');
  return list.items.map((item, index) => {
    const names = new Map<string, Value>([[loop.item, item]]);
    if (loop.index !== undefined) names.set(loop.index, { ...origin(loop.at), kind: 'number', number: index });
    return withNames(scope, names);
  });
}

export function evaluateOrReport(expression: Expression, scope: Scope): Value {
  try {
    return evaluate(expression, scope);
  } catch (error) {
    if (!(error instanceof BicepError)) throw error;
    scope.report({ ...error.at, text: error.message });
    return { ...origin(expression.at), isUnknown: true, kind: 'any' };
  }
}

export function evaluateObject(
  { at, properties }: Expression & { kind: 'object' },
  scope: Scope,
  without: readonly string[] = [],
): Value & { kind: 'object' } {
  const entries = new Map<string, Entry>();
  for (const property of properties) {
    const key = asText(evaluate(property.key, scope));
    if (without.includes(key)) continue;
    if (entries.has(key)) scope.report({ ...property.at, text: `${key} stands here twice.` });
    entries.set(key, { at: property.at, value: evaluateOrReport(property.value, scope) });
  }
  return { ...origin(at), kind: 'object', entries };
}

function evaluateIndex(object: Value, index: Value, at: Place, isSafe: boolean): Value {
  if (index.kind === 'text') return readProperty(object, index.text, at, isSafe);
  const from = origin(at, object, index);
  if (object.kind === 'any') return { ...from, isUnknown: true, kind: 'any' };
  if (object.kind !== 'array') throw new BicepError(at, 'Only an array has numbered entries.');
  const item = object.items[asNumber(index)];
  if (item) return carry(item, from);
  if (isSafe) return { ...from, kind: 'nothing' };
  throw new BicepError(at, `There is no entry ${asNumber(index)}; there are ${object.items.length}.`);
}

function evaluateBinary(operator: string, leftPart: Expression, rightPart: Expression, at: Place, scope: Scope): Value {
  const left = evaluate(leftPart, scope);
  const right = (): Value => evaluate(rightPart, scope);
  const flag = (value: boolean, ...from: Value[]): Value => ({
    ...origin(at, left, ...from),
    kind: 'flag',
    flag: value,
  });
  if (operator === '&&' || operator === '||') {
    const isDone = asFlag(left) === (operator === '||');
    if (isDone) return flag(operator === '||');
    const other = right();
    return flag(asFlag(other), other);
  }
  if (operator === '??') return left.kind === 'nothing' ? right() : left;
  const other = right();
  const [a, b] = [JSON.stringify(toPlain(left)), JSON.stringify(toPlain(other))];
  if (operator === '==') return flag(a === b, other);
  if (operator === '!=') return flag(a !== b, other);
  if (operator === '=~') return flag(a.toLowerCase() === b.toLowerCase(), other);
  if (operator === '!~') return flag(a.toLowerCase() !== b.toLowerCase(), other);
  const [x, y] = [asNumber(left), asNumber(other)];
  const comparisons: Record<string, boolean> = { '<': x < y, '<=': x <= y, '>': x > y, '>=': x >= y };
  const comparison = comparisons[operator];
  if (comparison !== undefined) return flag(comparison, other);
  const sums: Record<string, number> = { '+': x + y, '-': x - y, '*': x * y, '/': Math.trunc(x / y), '%': x % y };
  const sum = sums[operator];
  if (sum === undefined) throw new BicepError(at, `${operator} is nothing that is computed here.`);
  return { ...origin(at, left, other), kind: 'number', number: sum };
}

function plainLiteral(value: string | number | boolean | null, at: Place): Value {
  const from = origin(at);
  if (typeof value === 'string') return { ...from, kind: 'text', text: value };
  if (typeof value === 'number') return { ...from, kind: 'number', number: value };
  return typeof value === 'boolean' ? { ...from, kind: 'flag', flag: value } : { ...from, kind: 'nothing' };
}

export function asFlag(value: Value): boolean {
  if (value.kind === 'flag') return value.flag;
  throw new BicepError(value.at, 'Here stands something that is neither true nor false.');
}

export function asText(value: Value): string {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'number') return String(value.number);
  // As Azure writes them.
  if (value.kind === 'flag') return value.flag ? 'True' : 'False';
  if (value.kind === 'any') return '<known to Azure>';
  throw new BicepError(value.at, 'Here stands something that is no text.');
}

function asNumber(value: Value): number {
  if (value.kind === 'number') return value.number;
  throw new BicepError(value.at, 'Here stands something that is no number.');
}
