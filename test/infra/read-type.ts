import type { Node } from 'web-tree-sitter';

import { placeOf } from './parse-bicep';
import { parts, readDecorators, readExpression } from './read-expression';
import { BicepError, type TypeExpression } from './syntax';

/** A parameter's, an output's or an own type as it is written. */
export function readType(node: Node, file: string): TypeExpression {
  const at = placeOf(node, file);
  const children = parts(node);
  const inner = (): TypeExpression => {
    const [first] = children;
    if (!first) throw new BicepError(at, 'A type is missing here.');
    return readType(first, file);
  };
  switch (node.type) {
    case 'type':
    case 'parenthesized_type':
    case 'parenthesized_expression':
      return inner();
    case 'primitive_type':
    case 'identifier':
      return { at, kind: 'name', name: node.text };
    case 'array_type':
      return { at, kind: 'array', item: inner() };
    case 'nullable_type':
      return { at, kind: 'nullable', of: inner() };
    case 'union_type':
    case 'binary_expression':
      return { at, kind: 'union', of: children.map((child) => readType(child, file)) };
    case 'object':
      return readObjectType(node, file);
    case 'string':
    case 'number':
    case 'boolean':
    case 'null': {
      const literal = readExpression(node, file);
      if (literal.kind === 'literal') return { at, kind: 'literal', value: literal.value };
      throw new BicepError(at, 'A type has no expression in it.');
    }
    default:
      throw new BicepError(
        at,
        `${JSON.stringify(node.text.slice(0, 40))} (${node.type}) is no type that is read here.`,
      );
  }
}

function readObjectType(node: Node, file: string): TypeExpression {
  const children = parts(node);
  let others: TypeExpression | undefined;
  const properties = children.flatMap((child, index) => {
    if (child.type !== 'object_property') return [];
    const [key, value] = parts(child);
    // `*: string` gives the key no node.
    if (key && !value) {
      others = readType(key, file);
      return [];
    }
    if (!key || !value) throw new BicepError(placeOf(child, file), 'This property has no type.');
    const decorators = readDecorators(children[index - 1], file);
    const name = key.text.replace(/^'(.*)'$/, '$1');
    return [{ name, type: readType(value, file), decorators }];
  });
  return { at: placeOf(node, file), kind: 'object', properties, others };
}
