import type { ApiAnswer, ApiRequest } from './http';

export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /**
   * After `_apis/`: `git/repositories/:repository/pullRequests`. Segments that begin with a colon are parameters; a last
   * one that begins with a star takes the rest of the path.
   */
  template: string;
  /** Needs `-preview` in the api-version, whatever the method. */
  isPreview?: boolean;
  answer: (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;
};

export interface RouteMatch {
  route: Route;
  parameters: Record<string, string>;
}

export interface Router {
  /** `segments` are the decoded path segments after `_apis`. Literal segments match in any case. */
  match(method: string, segments: readonly string[]): RouteMatch | undefined;
}

export function createRouter(routes: readonly Route[]): Router {
  // By method and number of segments: the table is long, and each request looks it up.
  const table = new Map<string, Entry[]>();
  const open: Entry[] = [];
  for (const route of routes) {
    const parts = route.template.split('/');
    if (parts.at(-1)?.startsWith('*')) open.push({ route, parts });
    else {
      const key = `${route.method} ${parts.length}`;
      table.set(key, [...(table.get(key) ?? []), { route, parts }]);
    }
  }
  return {
    match(method, segments) {
      for (const entry of table.get(`${method} ${segments.length}`) ?? []) {
        const parameters = parametersOf(entry.parts, segments);
        if (parameters) return { route: entry.route, parameters };
      }
      for (const { route, parts } of open) {
        const fixed = parts.length - 1;
        if (route.method !== method || segments.length <= fixed) continue;
        const parameters = parametersOf(parts.slice(0, -1), segments.slice(0, fixed));
        const name = parts[fixed]?.slice(1) ?? '';
        if (parameters) return { route, parameters: { ...parameters, [name]: segments.slice(fixed).join('/') } };
      }
      return undefined;
    },
  };
}

interface Entry {
  route: Route;
  parts: string[];
}

function parametersOf(parts: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':')) {
      if (segment === '') return undefined;
      parameters[part.slice(1)] = segment;
    } else if (part.toLowerCase() !== segment.toLowerCase()) return undefined;
  }
  return parameters;
}
