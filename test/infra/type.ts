/** What a value may be: of a resource's definition, or of a parameter. Inner types are functions, as definitions go in circles. */
export type Type =
  | { kind: 'any' }
  | { kind: 'text'; minLength?: number; maxLength?: number; pattern?: string }
  | { kind: 'number'; minValue?: number; maxValue?: number }
  | { kind: 'flag' }
  | { kind: 'nothing' }
  | { kind: 'literal'; value: string | number | boolean }
  | { kind: 'array'; item: () => Type; minLength?: number; maxLength?: number }
  | { kind: 'object'; name: string; properties: Map<string, PropertyType>; others: (() => Type) | undefined }
  | { kind: 'union'; of: (() => Type)[] }
  | {
      kind: 'discriminated';
      name: string;
      by: string;
      properties: Map<string, PropertyType>;
      variants: Map<string, () => Type>;
    };

export interface PropertyType {
  type: () => Type;
  isRequired: boolean;
  isReadOnly: boolean;
  /** Known before anything is deployed, as a name and an id are. */
  isConstant: boolean;
}

export function describeType(type: Type): string {
  switch (type.kind) {
    case 'any':
      return 'anything';
    case 'text':
      return 'a string';
    case 'number':
      return 'a number';
    case 'flag':
      return 'true or false';
    case 'nothing':
      return 'null';
    case 'literal':
      return typeof type.value === 'string' ? `'${type.value}'` : String(type.value);
    case 'array':
      return 'an array';
    case 'object':
    case 'discriminated':
      return `an object (${type.name})`;
    case 'union':
      return `one of ${type.of.map((each) => describeType(each())).join(', ')}`;
  }
}
