import { isFunction } from './functions';
import type { Place, Problem } from './problem';
import type { BicepFile, Decorator, Expression, TypeExpression } from './syntax';
import { everyPart, freeNames, withNested } from './walk';

const DECORATORS =
  'description minLength maxLength minValue maxValue allowed secure metadata batchSize export sealed'.split(' ');
const NAMESPACES = ['az', 'sys'];

interface Symbol {
  at: Place;
  name: string;
  what: string;
  /** What it is made of. */
  expressions: Expression[];
}

/** What a compiler says of a file without deploying it: names that are not declared, not used, twice, or in a circle. */
export function checkNames(file: BicepFile): Problem[] {
  const symbols = symbolsOf(file);
  const declared = new Map(symbols.map((symbol) => [symbol.name, symbol]));
  const everything = [
    ...symbols.flatMap(({ expressions }) => expressions),
    ...file.outputs.map(({ value }) => value),
    ...decoratorsOf(file).flatMap(({ inputs }) => inputs),
  ];
  const names = everything.flatMap((expression) => [...freeNames(expression)]);
  const used = new Set(names.map(({ name }) => name));
  const undeclared = names.filter(({ name }) => !declared.has(name) && !NAMESPACES.includes(name));
  return [
    ...undeclared.map(({ at, name }) => ({ ...at, text: `${name} is declared nowhere.` })),
    ...symbols
      .filter(({ name, what }) => mustBeUsed(what) && !used.has(name))
      .map(({ at, name, what }) => ({ ...at, text: `The ${what} ${name} is used nowhere.` })),
    ...duplicates(symbols, 'name'),
    ...duplicates(
      file.outputs.map((each) => ({ ...each, what: 'output', expressions: [] })),
      'output',
    ),
    ...unusedTypes(file),
    ...everything.flatMap(functionProblems),
    ...decoratorsOf(file).flatMap(({ at, name }) =>
      DECORATORS.includes(name) ? [] : [{ ...at, text: `There is no decorator @${name}.` }],
    ),
    ...dependsOnProblems(file, declared),
    ...circles(symbols, declared),
  ];
}

function symbolsOf(file: BicepFile): Symbol[] {
  return [
    ...file.parameters.map(({ at, name, fallback }) => ({
      at,
      name,
      what: 'parameter',
      expressions: fallback ? [fallback] : [],
    })),
    ...file.variables.map(({ at, name, value }) => ({ at, name, what: 'variable', expressions: [value] })),
    ...file.resources.map(({ at, name, body, isExisting }) => ({
      at,
      name,
      what: isExisting ? 'existing resource' : 'resource',
      expressions: [body],
    })),
    ...file.modules.map(({ at, name, body }) => ({ at, name, what: 'module', expressions: [body] })),
  ];
}

const mustBeUsed = (what: string): boolean => what !== 'resource' && what !== 'module';

function duplicates(symbols: readonly Symbol[], what: string): Problem[] {
  return symbols
    .filter(({ name }, index) => symbols.findIndex((other) => other.name === name) < index)
    .map(({ at, name }) => ({ ...at, text: `The ${what} ${name} is declared twice.` }));
}

function decoratorsOf(file: BicepFile): Decorator[] {
  const resources = withNested(file.resources);
  const declarations = [
    ...file.parameters,
    ...file.variables,
    ...file.types,
    ...file.outputs,
    ...file.modules,
    ...resources,
  ];
  return declarations.flatMap(({ decorators }) => decorators);
}

function functionProblems(expression: Expression): Problem[] {
  return [...everyPart(expression)].flatMap((part) => {
    if (part.kind !== 'call' || part.target || isFunction(part.name)) return [];
    return [{ ...part.at, text: `There is no function ${part.name}, or none that is written in test/infra.` }];
  });
}

function unusedTypes(file: BicepFile): Problem[] {
  const written = [...file.parameters, ...file.types, ...file.outputs].flatMap(({ type }) => namesIn(type));
  return file.types
    .filter(({ name, decorators }) => !written.includes(name) && !decorators.some((each) => each.name === 'export'))
    .map(({ at, name }) => ({ ...at, text: `The type ${name} is used nowhere.` }));
}

function namesIn(type: TypeExpression): string[] {
  switch (type.kind) {
    case 'name':
      return [type.name];
    case 'literal':
      return [];
    case 'array':
      return namesIn(type.item);
    case 'nullable':
      return namesIn(type.of);
    case 'union':
      return type.of.flatMap(namesIn);
    case 'object':
      return [...type.properties.map((property) => property.type), ...(type.others ? [type.others] : [])].flatMap(
        namesIn,
      );
  }
}

/** Only resources and modules can be waited for. */
function dependsOnProblems(file: BicepFile, declared: ReadonlyMap<string, Symbol>): Problem[] {
  const bodies = [...file.modules, ...withNested(file.resources)].flatMap(({ body }) => [...everyPart(body)]);
  const lists = bodies.flatMap((part) =>
    part.kind === 'object'
      ? part.properties.filter(({ key }) => key.kind === 'literal' && key.value === 'dependsOn')
      : [],
  );
  return lists.flatMap(({ value, at }) => {
    if (value.kind !== 'array') return value.kind === 'literal' ? [{ ...at, text: 'dependsOn is an array.' }] : [];
    return value.items.flatMap((item) => {
      const what = item.kind === 'name' ? declared.get(item.name)?.what : 'resource';
      const isThing = what === undefined || /resource|module/.test(what);
      return isThing && item.kind !== 'literal' ? [] : [{ ...item.at, text: 'dependsOn names resources and modules.' }];
    });
  });
}

/** Each symbol that needs itself; said once per circle, where it is first declared. */
function circles(symbols: readonly Symbol[], declared: ReadonlyMap<string, Symbol>): Problem[] {
  const needs = new Map(
    symbols.map(({ name, expressions }) => [
      name,
      new Set(expressions.flatMap((expression) => [...freeNames(expression)]).map((each) => each.name)),
    ]),
  );
  const seen = new Set<string>();
  return symbols.flatMap(({ at, name }) => {
    const way = seen.has(name) ? undefined : wayBack(name, name, needs, new Set());
    if (!way) return [];
    for (const each of way) seen.add(each);
    return declared.has(name) ? [{ ...at, text: `${name} needs itself: ${[name, ...way].join(' > ')}.` }] : [];
  });
}

function wayBack(
  from: string,
  to: string,
  needs: ReadonlyMap<string, Set<string>>,
  seen: Set<string>,
): string[] | undefined {
  for (const next of needs.get(from) ?? []) {
    if (next === to) return [to];
    if (seen.has(next)) continue;
    seen.add(next);
    const rest = wayBack(next, to, needs, seen);
    if (rest) return [next, ...rest];
  }
  return undefined;
}
