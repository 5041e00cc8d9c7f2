import { GROUP_ID } from './answers';
import { asFlag, evaluate, evaluateObject, roundsOf } from './evaluate';
import { withNames, type Scope } from './scope';
import { BicepError, type Expression, type ResourceDeclaration } from './syntax';
import { origin, requireStart, type PaperResource, type Value } from './value';

/** A declaration's resources: one, or one per round of its loop. Each is also told to `deployed`. */
export function deployResource(
  declaration: ResourceDeclaration,
  scope: Scope,
  deployed: (resource: PaperResource) => void,
  parent?: PaperResource,
): Value {
  const { at, body } = declaration;
  const one = (expression: Expression, inner: Scope): Value => {
    const { isDeployed, object } = conditionOf(expression, inner);
    return {
      ...origin(at),
      kind: 'resource',
      resource: deployOne(declaration, object, isDeployed, inner, deployed, parent),
    };
  };
  if (body.kind !== 'for') return one(body, scope);
  const scopes = roundsOf(body, scope);
  return { ...origin(at), kind: 'array', items: scopes.map((round) => one(body.body, round)) };
}

/** The condition of a resource or module, and its body. */
export function conditionOf(
  expression: Expression,
  scope: Scope,
): { isDeployed: boolean; object: Expression & { kind: 'object' } } {
  if (expression.kind === 'object') return { isDeployed: true, object: expression };
  if (expression.kind !== 'if' || expression.body.kind !== 'object') {
    throw new BicepError(expression.at, 'Here stands an object, a condition or a loop.');
  }
  const condition = evaluate(expression.condition, scope);
  requireStart(condition, expression.condition.at, 'A condition');
  const isDeployed = asFlag(condition);
  scope.went(expression.condition.at, isDeployed);
  return { isDeployed, object: expression.body };
}

/** Bicep's own words in a resource; what else stands there is sent to Azure. */
const OWN = ['name', 'parent', 'scope', 'dependsOn'];

function deployOne(
  declaration: ResourceDeclaration,
  object: Expression & { kind: 'object' },
  isDeployed: boolean,
  scope: Scope,
  deployed: (resource: PaperResource) => void,
  outer: PaperResource | undefined,
): PaperResource {
  const { at } = declaration;
  const own = (key: string): Expression | undefined =>
    object.properties.find((each) => each.key.kind === 'literal' && each.key.value === key)?.value;
  const [type, apiVersion] = wholeType(declaration, outer);
  const nameExpression = own('name');
  if (!nameExpression) throw new BicepError(at, `${declaration.name} has no name.`);
  const nameValue = evaluate(nameExpression, scope);
  requireStart(nameValue, nameExpression.at, 'A name');
  const parent = outer ?? resourceOf(own('parent'), scope);
  const place = placeOf(own('scope'), scope);
  const lastName = nameValue.kind === 'text' ? nameValue.text : '';
  const name = parent ? `${parent.name}/${lastName}` : lastName;
  const resource: PaperResource = {
    at,
    symbol: declaration.name,
    type,
    apiVersion,
    isExisting: declaration.isExisting,
    isDeployed: isDeployed && (parent?.isDeployed ?? true),
    name,
    nameValue,
    id: idOf(type, name, parent, place),
    parent,
    scope: place.resource,
    body: { ...origin(at), kind: 'object', entries: new Map() },
    after: [],
    nested: new Map(),
  };
  const names = new Map<string, Value>([[declaration.name, { ...origin(at), kind: 'resource', resource }]]);
  const inner = withNames(scope, names);
  for (const each of object.resources) {
    const nested = deployResource(each, inner, deployed, resource);
    resource.nested.set(each.name, nested);
    names.set(each.name, nested);
  }
  if (resource.isDeployed) {
    const dependsOn = own('dependsOn');
    const after = dependsOn && evaluate(dependsOn, scope);
    if (after?.kind === 'array') resource.after.push(...after.items);
    resource.body = evaluateObject(object, inner, OWN);
    deployed(resource);
  }
  return resource;
}

/** A nested one may say its last word only, and leave the version to its parent. */
function wholeType({ type, at }: ResourceDeclaration, outer: PaperResource | undefined): [string, string] {
  const [name = '', version = outer?.apiVersion] = type.split('@');
  if (version === undefined) throw new BicepError(at, `${type} names no version.`);
  const isWhole = name.includes('.');
  return [outer && !isWhole ? `${outer.type}/${name}` : name, version];
}

function resourceOf(expression: Expression | undefined, scope: Scope): PaperResource | undefined {
  if (!expression) return undefined;
  const value = evaluate(expression, scope);
  if (value.kind === 'resource') return value.resource;
  throw new BicepError(expression.at, 'A parent is a resource of this file.');
}

interface Standing {
  prefix: string;
  resource: PaperResource | undefined;
}

function placeOf(expression: Expression | undefined, scope: Scope): Standing {
  if (!expression) return { prefix: GROUP_ID, resource: undefined };
  const value = evaluate(expression, scope);
  if (value.kind === 'resource') return { prefix: value.resource.id, resource: value.resource };
  requireStart(value, expression.at, 'A scope');
  const id = value.kind === 'object' ? value.entries.get('id')?.value : undefined;
  if (id?.kind !== 'text')
    throw new BicepError(expression.at, 'A scope is a resource, a resource group or a subscription.');
  return { prefix: id.text, resource: undefined };
}

function idOf(type: string, name: string, parent: PaperResource | undefined, { prefix }: Standing): string {
  const [provider = '', ...kinds] = type.split('/');
  if (parent) return `${parent.id}/${kinds.at(-1) ?? ''}/${name.split('/').at(-1) ?? ''}`;
  const names = name.split('/');
  return `${prefix}/providers/${provider}/${kinds.map((kind, index) => `${kind}/${names[index] ?? ''}`).join('/')}`;
}
