import type { Expression, ResourceDeclaration } from './syntax';

/** An expression's parts, one level down. */
export function partsOf(expression: Expression): Expression[] {
  switch (expression.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'interpolation':
      return expression.parts;
    case 'array':
      return expression.items;
    case 'object':
      return [
        ...expression.properties.flatMap(({ key, value }) => [key, value]),
        ...expression.resources.map(({ body }) => body),
      ];
    case 'member':
    case 'nested':
      return [expression.object];
    case 'index':
      return [expression.object, expression.index];
    case 'call':
      return [...(expression.target ? [expression.target] : []), ...expression.inputs];
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'ternary':
      return [expression.condition, expression.yes, expression.no];
    case 'lambda':
      return [expression.body];
    case 'for':
      return [expression.list, expression.body];
    case 'if':
      return [expression.condition, expression.body];
  }
}

/** An expression and everything in it. */
export function* everyPart(expression: Expression): Generator<Expression> {
  yield expression;
  for (const part of partsOf(expression)) yield* everyPart(part);
}

/** The names used in an expression that it does not declare itself: a loop's, a lambda's, nested resources'. */
export function* freeNames(
  expression: Expression,
  bound: ReadonlySet<string> = new Set(),
): Generator<Expression & { kind: 'name' }> {
  if (expression.kind === 'name' && !bound.has(expression.name)) yield expression;
  const more = declaredIn(expression);
  // A loop's list does not know its own entries; that they are let through here is caught when it is computed.
  const inner = more.length === 0 ? bound : new Set([...bound, ...more]);
  for (const part of partsOf(expression)) yield* freeNames(part, inner);
}

function declaredIn(expression: Expression): string[] {
  if (expression.kind === 'lambda') return expression.names;
  if (expression.kind === 'for')
    return [expression.item, ...(expression.index === undefined ? [] : [expression.index])];
  return expression.kind === 'object' ? expression.resources.map(({ name }) => name) : [];
}

/** Resources with those that stand in them. */
export function withNested(resources: readonly ResourceDeclaration[]): ResourceDeclaration[] {
  return resources.flatMap((resource) => {
    const objects = [...everyPart(resource.body)].flatMap((part) => (part.kind === 'object' ? part.resources : []));
    return [resource, ...objects];
  });
}
