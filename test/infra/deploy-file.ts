import { dirname, resolve } from 'node:path';

import { checkValue } from './check-value';
import { declaredType } from './declared-type';
import { conditionOf, deployResource } from './deploy-resource';
import { evaluate, evaluateOrReport, roundsOf } from './evaluate';
import type { Place, Problem } from './problem';
import { carry } from './read-property';
import type { Scope } from './scope';
import {
  BicepError,
  type BicepFile,
  type Expression,
  type ModuleDeclaration,
  type VariableDeclaration,
} from './syntax';
import { origin, requireStart, toPlain, within, type PaperModule, type PaperResource, type Value } from './value';

/** One deployment on paper, through all its files. */
export interface Deployment {
  files: ReadonlyMap<string, BicepFile>;
  resources: PaperResource[];
  modules: PaperModule[];
  problems: Problem[];
  /** Which ways conditions went, by place. */
  ways: Map<string, Set<boolean>>;
}

/** Deploys a file with the parameters given; answers its outputs. */
export function deployFile(
  file: BicepFile,
  given: ReadonlyMap<string, Value>,
  deployment: Deployment,
  calledAt: Place,
): Map<string, Value> {
  const report = (problem: Problem): void => void deployment.problems.push(problem);
  const symbols = new Map<string, () => Value>();
  const scope: Scope = {
    find: (name) => symbols.get(name)?.(),
    report,
    went: (at, way) => {
      const key = `${at.file}:${at.line}:${at.column}`;
      deployment.ways.set(key, (deployment.ways.get(key) ?? new Set()).add(way));
    },
    folder: dirname(file.file),
  };
  const declare = (name: string, at: Place, make: () => Value): void => void symbols.set(name, once(name, at, make));
  declareParameters(file, given, scope, declare, calledAt);
  for (const each of file.variables) declare(each.name, each.at, () => variableOf(each, scope));
  for (const each of file.resources) {
    declare(each.name, each.at, () =>
      deployResource(each, scope, (resource) => void deployment.resources.push(resource)),
    );
  }
  for (const each of file.modules) declare(each.name, each.at, () => deployModules(each, scope, deployment));
  for (const make of symbols.values()) attempt(make, calledAt, report);
  return new Map(
    file.outputs.map((output) => {
      const value = evaluateOrReport(output.value, scope);
      attempt(
        () => {
          const type = declaredType(output.type, output.decorators, file);
          for (const problem of checkValue(type, value, `The output ${output.name}`)) report(problem);
          return value;
        },
        output.at,
        report,
      );
      return [output.name, { ...value, isRuntime: true }];
    }),
  );
}

/** What a loop makes is a variable of the deployment, computed before it begins. */
function variableOf({ at, value }: VariableDeclaration, scope: Scope): Value {
  const made = evaluate(value, scope);
  if (value.kind === 'for') for (const part of within(made)) requireStart(part, at, 'What a loop in a variable makes');
  return made;
}

type Declare = (name: string, at: Place, make: () => Value) => void;

function declareParameters(
  file: BicepFile,
  given: ReadonlyMap<string, Value>,
  scope: Scope,
  declare: Declare,
  calledAt: Place,
): void {
  for (const name of given.keys()) {
    if (file.parameters.some((parameter) => parameter.name === name)) continue;
    const known = file.parameters.map((parameter) => parameter.name).join(', ');
    scope.report({ ...(given.get(name)?.at ?? calledAt), text: `There is no parameter ${name}; there are ${known}.` });
  }
  for (const parameter of file.parameters) {
    const { name, at, fallback, decorators } = parameter;
    declare(name, at, () => {
      const type = declaredType(parameter.type, decorators, file);
      const value = given.get(name) ?? (fallback && evaluate(fallback, scope));
      const isOptional = parameter.type.kind === 'nullable';
      if (!value && !isOptional) throw new BicepError(calledAt, `The parameter ${name} is missing.`);
      const found: Value = value ?? { ...origin(at), kind: 'nothing' };
      for (const problem of checkValue(type, found, `The parameter ${name}`)) scope.report(problem);
      const isSecure =
        decorators.some((decorator) => decorator.name === 'secure') ||
        (parameter.type.kind === 'name' && parameter.type.name.startsWith('secure'));
      if (found.isSecret && !isSecure) {
        scope.report({ ...found.at, text: `A secret goes into the parameter ${name}, which is not @secure().` });
      }
      // Azure computes a module when it begins: what its parameters were is known by then, so names may hang on them.
      return { ...found, isRuntime: false, isSecret: isSecure || found.isSecret };
    });
  }
}

/** Each symbol is computed when it is first needed; in a circle it never is. */
function once(name: string, at: Place, make: () => Value): () => Value {
  let state: { value: Value } | 'computing' | undefined;
  return () => {
    if (state === 'computing') throw new BicepError(at, `${name} needs itself, by a circle.`);
    if (state) return state.value;
    state = 'computing';
    try {
      state = { value: make() };
      return state.value;
    } catch (error) {
      // Said once, where it is; whoever needs the value goes on without.
      state = { value: { ...origin(at), isUnknown: true, kind: 'any' } };
      throw error;
    }
  };
}

function attempt(make: () => Value, at: Place, report: (problem: Problem) => void): void {
  try {
    make();
  } catch (error) {
    if (!(error instanceof BicepError)) throw error;
    report({ ...at, ...error.at, text: error.message });
  }
}

function deployModules(declaration: ModuleDeclaration, scope: Scope, deployment: Deployment): Value {
  const { at, body } = declaration;
  const one = (expression: Expression, inner: Scope): Value => {
    const { isDeployed, object } = conditionOf(expression, inner);
    return { ...origin(at), kind: 'module', module: deployModule(declaration, object, isDeployed, inner, deployment) };
  };
  if (body.kind !== 'for') return one(body, scope);
  const scopes = roundsOf(body, scope);
  return { ...origin(at), kind: 'array', items: scopes.map((round) => one(body.body, round)) };
}

const MODULE_KEYS = ['name', 'params', 'scope', 'dependsOn'];

function deployModule(
  { at, name, path }: ModuleDeclaration,
  object: Expression & { kind: 'object' },
  isDeployed: boolean,
  scope: Scope,
  deployment: Deployment,
): PaperModule {
  const file = resolve(scope.folder, path);
  const module: PaperModule = { at, symbol: name, name, file, isDeployed, outputs: new Map() };
  const content = deployment.files.get(file);
  if (!isDeployed || !content) return module;
  const given = new Map<string, Value>();
  for (const property of object.properties) {
    const key = property.key.kind === 'literal' ? String(property.key.value) : '';
    if (!MODULE_KEYS.includes(key)) scope.report({ ...property.at, text: `A module has no ${key}.` });
    if (key === 'name') {
      const written = evaluate(property.value, scope);
      requireStart(written, property.at, 'A name');
      module.name = String(toPlain(written));
    }
    if (key === 'dependsOn') evaluate(property.value, scope);
    if (key !== 'params') continue;
    const parameters = evaluate(property.value, scope);
    if (parameters.kind !== 'object') throw new BicepError(property.at, 'The parameters of a module are an object.');
    for (const [parameter, entry] of parameters.entries) given.set(parameter, carry(entry.value, origin(entry.at)));
  }
  module.outputs = deployFile(content, given, deployment, at);
  deployment.modules.push(module);
  return module;
}
