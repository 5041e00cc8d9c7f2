/** Route templates of HTTP triggers: `api/items/{id:int}`, `{name?}`, `{*rest}`, as ASP.NET matches them. */

export interface Route<T> {
  template: string;
  /** Upper case. */
  methods: string[];
  value: T;
}

export interface RouteMatch<T> {
  value: T;
  /** Decoded; an optional parameter that is not there is absent. */
  params: Record<string, string>;
}

type Segment =
  | { kind: 'literal'; text: string }
  | { kind: 'parameter'; name: string; optional: boolean; isFree: boolean; accepts: (text: string) => boolean }
  | { kind: 'rest'; name: string };

const GUID = /^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$/i;

function constraintOf(text: string, template: string): (value: string) => boolean {
  const [, name = '', argument = ''] = /^(\w+)(?:\(([^)]*)\))?$/.exec(text) ?? [];
  const [first = NaN, second = NaN] = argument.split(',').map(Number);
  switch (name) {
    case 'int':
      return (value) => /^-?\d{1,10}$/.test(value) && Math.abs(Number(value)) <= 2 ** 31 - 1;
    case 'long':
      return (value) => /^-?\d{1,19}$/.test(value);
    case 'guid':
      return (value) => GUID.test(value);
    case 'alpha':
      return (value) => /^[a-z]*$/i.test(value);
    case 'bool':
      return (value) => /^(?:true|false)$/i.test(value);
    case 'length':
      return (value) => value.length >= first && value.length <= (Number.isNaN(second) ? first : second);
    case 'minlength':
      return (value) => value.length >= first;
    case 'maxlength':
      return (value) => value.length <= first;
    default:
      throw new Error(`The route '${template}' has a constraint that the local host does not know: '${text}'.`);
  }
}

function parseSegment(text: string, template: string): Segment {
  if (!text.includes('{')) return { kind: 'literal', text: text.toLowerCase() };
  const inner = /^\{([^{}]+)\}$/.exec(text)?.[1];
  if (inner === undefined) throw new Error(`The route '${template}' mixes text and a parameter in '${text}'.`);
  if (inner.startsWith('*')) return { kind: 'rest', name: inner.replace(/^\*+/, '') };
  const optional = inner.endsWith('?');
  const [name = '', ...constraints] = (optional ? inner.slice(0, -1) : inner).split(':');
  const accepted = constraints.map((constraint) => constraintOf(constraint, template));
  return {
    kind: 'parameter',
    name,
    optional,
    isFree: accepted.length === 0,
    accepts: (value) => accepted.every((accepts) => accepts(value)),
  };
}

/** Literals go before constrained parameters, these before free ones, and a catch-all comes last; segment by segment. */
const rank = (segment: Segment | undefined): number => {
  if (segment === undefined) return 0;
  if (segment.kind === 'literal') return 1;
  return segment.kind === 'rest' ? 4 : segment.isFree ? 3 : 2;
};

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function matchSegments(segments: Segment[], parts: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'rest') {
      const rest = parts.slice(index).map(decode).join('/');
      if (rest !== '') params[segment.name] = rest;
      return params;
    }
    const part = parts[index];
    if (part === undefined) {
      if (segment.kind === 'parameter' && segment.optional) continue;
      return undefined;
    }
    const text = decode(part);
    if (segment.kind === 'literal') {
      if (text.toLowerCase() !== segment.text) return undefined;
    } else {
      if (!segment.accepts(text)) return undefined;
      params[segment.name] = text;
    }
  }
  return parts.length > segments.length ? undefined : params;
}

/**
 * Makes a matcher of routes. A known path with another method does not match: Azure Functions answers that 404 too.
 * Throws when a template cannot be understood.
 */
export function createRouter<T>(routes: Route<T>[]): (method: string, path: string) => RouteMatch<T> | undefined {
  const compiled = routes.map((route) => ({
    ...route,
    segments: route.template
      .split('/')
      .filter((text) => text !== '')
      .map((text) => parseSegment(text, route.template)),
  }));
  compiled.sort((a, b) => {
    for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index++) {
      const difference = rank(a.segments[index]) - rank(b.segments[index]);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  return (method, path) => {
    const parts = path.split('/').filter((text) => text !== '');
    for (const { methods, segments, value } of compiled) {
      if (!methods.includes(method)) continue;
      const params = matchSegments(segments, parts);
      if (params !== undefined) return { value, params };
    }
    return undefined;
  };
}
