import type { Node } from 'web-tree-sitter';

import { placeOf } from './parse-bicep';
import type { Place } from './problem';
import { readString } from './read-string';
import { BicepError, type Decorator, type Expression, type Property, type ResourceDeclaration } from './syntax';

/** The children that carry meaning. */
export const parts = (node: Node): Node[] => node.namedChildren.filter((child) => !child.type.endsWith('comment'));

export function readExpression(node: Node, file: string): Expression {
  const at = placeOf(node, file);
  const children = parts(node);
  const read = (child: Node | null | undefined): Expression => {
    if (!child) throw new BicepError(at, `Something is missing in ${JSON.stringify(node.text.slice(0, 40))}.`);
    return readExpression(child, file);
  };
  const field = (name: string): Expression => read(node.childForFieldName(name));
  switch (node.type) {
    case 'number':
      return { at, kind: 'literal', value: Number(node.text) };
    case 'boolean':
      return { at, kind: 'literal', value: node.text === 'true' };
    case 'null':
      return { at, kind: 'literal', value: null };
    case 'string':
      return readString(node, at, read);
    case 'identifier':
    case 'property_identifier':
    case 'primitive_type':
      return { at, kind: 'name', name: node.text };
    case 'parenthesized_expression':
      return { ...read(children[0]), isParenthesized: true };
    case 'array':
      return { at, kind: 'array', items: children.map(read) };
    case 'object':
      return readObject(children, file, at);
    case 'member_expression': {
      const property = node.childForFieldName('property')?.text ?? '';
      const isSafe = node.children.some((child) => child.type === '.?');
      return rebind(field('object'), (object) => ({ at, kind: 'member', object, property, isSafe }));
    }
    case 'subscript_expression': {
      const index = field('index');
      const isSafe = node.children.some((child) => child.type === '?');
      return rebind(field('object'), (object) => ({ at, kind: 'index', object, index, isSafe }));
    }
    case 'resource_expression': {
      const resource = node.childForFieldName('resource')?.text ?? '';
      return rebind(field('object'), (object) => ({ at, kind: 'nested', object, resource }));
    }
    case 'call_expression': {
      const inputs = parts(node.childForFieldName('arguments') ?? node).map(read);
      return rebind(field('function'), (called) => readCall(called, inputs, at));
    }
    case 'unary_expression':
      return { at, kind: 'unary', operator: operatorOf(node), operand: field('argument') };
    case 'binary_expression': {
      const right = field('right');
      const operator = operatorOf(node);
      return lift(field('left'), levelOf(operator), (left) => ({ at, kind: 'binary', operator, left, right }));
    }
    case 'ternary_expression': {
      const yes = field('consequence');
      const no = field('alternative');
      return lift(field('condition'), -1, (condition) => ({ at, kind: 'ternary', condition, yes, no }));
    }
    case 'lambda_expression': {
      const names = children[0]?.type === 'parenthesized_expression' ? parts(children[0]) : children.slice(0, 1);
      return { at, kind: 'lambda', names: names.map((name) => name.text), body: read(children[1]) };
    }
    case 'for_statement':
      return readFor(node, file, at);
    case 'if_statement':
      return { at, kind: 'if', condition: read(children[0]), body: read(children[1]) };
    default:
      throw new BicepError(
        at,
        `${JSON.stringify(node.text.slice(0, 40))} (${node.type}) is nothing that is read here.`,
      );
  }
}

const operatorOf = (node: Node): string => node.childForFieldName('operator')?.text ?? '';

/**
 * The grammar lets a point, a bracket and a call bind loosest, Bicep tightest: `a ? b : c.d` comes as `(a ? b : c).d`. So what
 * follows is put where it belongs, at the innermost right end.
 */
function rebind(inner: Expression, wrap: (inner: Expression) => Expression): Expression {
  if (inner.isParenthesized) return wrap(inner);
  switch (inner.kind) {
    case 'lambda':
      return { ...inner, body: rebind(inner.body, wrap) };
    case 'ternary':
      return { ...inner, no: rebind(inner.no, wrap) };
    case 'binary':
      return { ...inner, right: rebind(inner.right, wrap) };
    case 'unary':
      return { ...inner, operand: rebind(inner.operand, wrap) };
    default:
      return wrap(inner);
  }
}

/** How tightly operators bind, loosest first; a condition (`? :`) is looser than all. */
const LEVELS = [['??'], ['||'], ['&&'], ['==', '!=', '=~', '!~'], ['<', '<=', '>', '>='], ['+', '-'], ['*', '/', '%']];
const levelOf = (operator: string): number => LEVELS.findIndex((level) => level.includes(operator));

/** For the same reason, after a point: `a && b.c == d` comes as `(a && b.c) == d`. */
function lift(inner: Expression, level: number, wrap: (inner: Expression) => Expression): Expression {
  if (inner.isParenthesized) return wrap(inner);
  if (inner.kind === 'lambda') return { ...inner, body: lift(inner.body, level, wrap) };
  if (inner.kind === 'ternary') return { ...inner, no: lift(inner.no, level, wrap) };
  const isLooser = inner.kind === 'binary' && levelOf(inner.operator) < level;
  return isLooser ? { ...inner, right: lift(inner.right, level, wrap) } : wrap(inner);
}

function readCall(called: Expression, inputs: Expression[], at: Place): Expression {
  if (called.kind === 'name') return { at, kind: 'call', target: undefined, name: called.name, inputs };
  if (called.kind === 'member') return { at, kind: 'call', target: called.object, name: called.property, inputs };
  throw new BicepError(at, 'This cannot be called.');
}

function readFor(node: Node, file: string, at: Place): Expression {
  const children = parts(node);
  const [head, list] = children;
  const body = node.childForFieldName('body');
  if (!head || !list || !body) throw new BicepError(at, 'This loop is not whole.');
  const [item, index] = head.type === 'for_loop_parameters' ? parts(head) : [head];
  return {
    at,
    kind: 'for',
    item: item?.text ?? '',
    index: index?.text,
    list: readExpression(list, file),
    body: readExpression(body, file),
  };
}

function readObject(children: readonly Node[], file: string, at: Place): Expression {
  const entries = children.filter((child) => child.type === 'object_property');
  const decorators = new Map(children.map((child, index) => [child.id, children[index - 1]]));
  const nested = entries.flatMap((entry) => {
    const [first] = parts(entry);
    return first?.type === 'resource_declaration' ? [readResource(first, decorators.get(entry.id), file)] : [];
  });
  const properties = entries.flatMap((entry): Property[] => {
    const [key, value] = parts(entry);
    if (!key || key.type === 'resource_declaration') return [];
    const place = placeOf(entry, file);
    if (!value) throw new BicepError(place, `${key.text} has no value.`);
    const name: Expression =
      key.type === 'string' ? readExpression(key, file) : { at: place, kind: 'literal', value: key.text };
    return [{ at: place, key: name, value: readExpression(value, file) }];
  });
  return { at, kind: 'object', properties, resources: nested };
}

export function readResource(node: Node, above: Node | undefined, file: string): ResourceDeclaration {
  const at = placeOf(node, file);
  const [name, type, body] = parts(node);
  if (!name || !type || !body) throw new BicepError(at, 'This resource is not whole.');
  return {
    at,
    name: name.text,
    decorators: readDecorators(above, file),
    type: textOf(type, file),
    isExisting: node.children.some((child) => child.type === 'existing'),
    body: readExpression(body, file),
  };
}

export function readDecorators(node: Node | undefined, file: string): Decorator[] {
  if (node?.type !== 'decorators') return [];
  return parts(node).flatMap((decorator) => {
    const [call] = parts(decorator);
    const read = call && readExpression(call, file);
    return read?.kind === 'call' ? [{ at: read.at, name: read.name, inputs: read.inputs }] : [];
  });
}

/** A text in which nothing is to be computed: a type, a path. */
export function textOf(node: Node, file: string): string {
  const read = readExpression(node, file);
  if (read.kind === 'literal' && typeof read.value === 'string') return read.value;
  throw new BicepError(read.at, 'Here stands a text without an expression in it.');
}
