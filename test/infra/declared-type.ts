import { BicepError, type BicepFile, type Decorator, type TypeExpression } from './syntax';
import type { PropertyType, Type } from './type';

const SIMPLE: Record<string, Type> = {
  string: { kind: 'text' },
  secureString: { kind: 'text' },
  int: { kind: 'number' },
  bool: { kind: 'flag' },
  null: { kind: 'nothing' },
};
const OBJECT: Type = { kind: 'object', name: 'object', properties: new Map(), others: () => ({ kind: 'any' }) };

/** A type as a file writes it, with the bounds of its decorators, so that the same check serves as for Azure's types. */
export function declaredType(written: TypeExpression, decorators: readonly Decorator[], file: BicepFile): Type {
  const allowed = decorators.find(({ name }) => name === 'allowed');
  if (allowed) return allowedType(allowed);
  return bounded(plainType(written, file), decorators);
}

function plainType(written: TypeExpression, file: BicepFile): Type {
  const inner = (each: TypeExpression) => () => plainType(each, file);
  switch (written.kind) {
    case 'name': {
      const { name, at } = written;
      if (name === 'array') return { kind: 'array', item: () => ({ kind: 'any' }) };
      if (name === 'object' || name === 'secureObject') return OBJECT;
      if (Object.hasOwn(SIMPLE, name)) return SIMPLE[name] ?? OBJECT;
      const own = file.types.find((type) => type.name === name);
      if (!own) throw new BicepError(at, `There is no type ${name}.`);
      return declaredType(own.type, own.decorators, file);
    }
    case 'literal':
      return written.value === null ? { kind: 'nothing' } : { kind: 'literal', value: written.value };
    case 'array':
      return { kind: 'array', item: inner(written.item) };
    case 'nullable':
      return { kind: 'union', of: [inner(written.of), () => ({ kind: 'nothing' })] };
    case 'union':
      return { kind: 'union', of: written.of.map(inner) };
    case 'object': {
      const properties = written.properties.map(({ name, type, decorators }): [string, PropertyType] => [
        name,
        {
          type: () => declaredType(type, decorators, file),
          isRequired: type.kind !== 'nullable',
          isReadOnly: false,
          isConstant: false,
        },
      ]);
      const others = written.others && inner(written.others);
      return { kind: 'object', name: 'its type', properties: new Map(properties), others };
    }
  }
}

function bounded(type: Type, decorators: readonly Decorator[]): Type {
  const bound = (name: string): number | undefined => {
    const input = decorators.find((decorator) => decorator.name === name)?.inputs[0];
    return input?.kind === 'literal' && typeof input.value === 'number' ? input.value : undefined;
  };
  const lengths = { minLength: bound('minLength') ?? 0, maxLength: bound('maxLength') ?? Infinity };
  if (type.kind === 'text' || type.kind === 'array') return { ...type, ...lengths };
  const values = { minValue: bound('minValue') ?? -Infinity, maxValue: bound('maxValue') ?? Infinity };
  return type.kind === 'number' ? { ...type, ...values } : type;
}

function allowedType({ at, inputs: [list] }: Decorator): Type {
  if (list?.kind !== 'array') throw new BicepError(at, 'allowed takes an array.');
  const literals = list.items.flatMap((item): Type[] =>
    item.kind === 'literal' && item.value !== null ? [{ kind: 'literal', value: item.value }] : [],
  );
  return { kind: 'union', of: literals.map((literal) => () => literal) };
}
