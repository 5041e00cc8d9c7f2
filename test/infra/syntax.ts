import type { Place } from './problem';

/** What stands in a Bicep file, apart from the grammar's own nodes. */
export type Expression = { at: Place; isParenthesized?: boolean } & (
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'interpolation'; parts: Expression[] }
  | { kind: 'name'; name: string }
  | { kind: 'array'; items: Expression[] }
  | { kind: 'object'; properties: Property[]; resources: ResourceDeclaration[] }
  | { kind: 'member'; object: Expression; property: string; isSafe: boolean }
  | { kind: 'index'; object: Expression; index: Expression; isSafe: boolean }
  | { kind: 'nested'; object: Expression; resource: string }
  | { kind: 'call'; target: Expression | undefined; name: string; inputs: Expression[] }
  | { kind: 'unary'; operator: string; operand: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'ternary'; condition: Expression; yes: Expression; no: Expression }
  | { kind: 'lambda'; names: string[]; body: Expression }
  | { kind: 'for'; item: string; index: string | undefined; list: Expression; body: Expression }
  | { kind: 'if'; condition: Expression; body: Expression }
);

export interface Property {
  at: Place;
  key: Expression;
  value: Expression;
}

/** What is said before the equals sign of a parameter, an output or a type. */
export type TypeExpression = { at: Place } & (
  | { kind: 'name'; name: string }
  | { kind: 'literal'; value: string | number | boolean | null }
  | { kind: 'array'; item: TypeExpression }
  | { kind: 'nullable'; of: TypeExpression }
  | { kind: 'union'; of: TypeExpression[] }
  | {
      kind: 'object';
      properties: { name: string; type: TypeExpression; decorators: Decorator[] }[];
      others: TypeExpression | undefined;
    }
);

export interface Decorator {
  at: Place;
  name: string;
  inputs: Expression[];
}

interface Declaration {
  at: Place;
  name: string;
  decorators: Decorator[];
}

export interface ParameterDeclaration extends Declaration {
  type: TypeExpression;
  fallback: Expression | undefined;
}
export interface VariableDeclaration extends Declaration {
  value: Expression;
}
export interface TypeDeclaration extends Declaration {
  type: TypeExpression;
  /** Where it comes from, of one that is another file's. */
  from?: string;
}
export interface ImportDeclaration {
  at: Place;
  names: string[];
  path: string;
}
export interface OutputDeclaration extends Declaration {
  type: TypeExpression;
  value: Expression;
}
export interface ResourceDeclaration extends Declaration {
  /** `Microsoft.Storage/storageAccounts@2024-01-01`; a nested one may say its own last word only. */
  type: string;
  isExisting: boolean;
  body: Expression;
}
export interface ModuleDeclaration extends Declaration {
  path: string;
  body: Expression;
}

export interface BicepFile {
  file: string;
  targetScope: string;
  imports: ImportDeclaration[];
  parameters: ParameterDeclaration[];
  variables: VariableDeclaration[];
  types: TypeDeclaration[];
  resources: ResourceDeclaration[];
  modules: ModuleDeclaration[];
  outputs: OutputDeclaration[];
}

export class BicepError extends Error {
  constructor(
    readonly at: Place,
    text: string,
  ) {
    super(text);
  }
}
