import {
  checkAnswer,
  checkRequest,
  findOperation,
  hasOpenApi,
  readOperations,
  type Operation,
} from '../../local/azure-devops/testing/openapi';

export interface Exchange {
  method: string;
  url: string;
  status: number;
  identity: string | null;
  body?: unknown;
  responseBody?: unknown;
}

/**
 * What the official documents lack, by name: discovery (`OPTIONS`, ResourceAreas), who am I (connectionData), what became
 * of a queued operation, pictures where references say that they are, and the creation of a work item, whose route has a `$`.
 */
const undocumented = [
  /\/_apis\/connectionData/i,
  /\/_apis\/ResourceAreas/i,
  /\/_apis\/operations\//i,
  /\/_api\/_common\/identityImage|\/_apis\/GraphProfile\//i,
  /\/wit\/workitems\/\$/i,
];

let operations: Operation[] | undefined;

/**
 * Holds exchanges against Microsoft's OpenAPI: what the product sent (names in the query, the body), and every answer
 * of the simulator that is not an error. Nothing is checked where the documents do not stand beside the project.
 */
export function contractProblems(exchanges: readonly Exchange[], gate: string): string[] {
  if (!hasOpenApi) return [];
  operations ??= readOperations([
    'git',
    'core',
    'workItemTracking',
    'serviceHooks',
    'policy',
    'identities',
    'security',
    'graph',
  ]);
  const documents = operations;
  const problems = exchanges.flatMap(({ method, url, status, identity, body, responseBody }) => {
    if (method === 'OPTIONS' || undocumented.some((route) => route.test(url)) || status === 501) return [];
    const operation = findOperation(documents, method, url);
    if (!operation) return [`${method} ${url} is in no document`];
    const isAnswer = status >= 200 && status < 300 && status !== 203 && typeof responseBody === 'object';
    return [
      ...(identity === gate ? checkRequest(operation, url, body).map((problem) => `sent: ${problem}`) : []),
      ...(isAnswer ? checkAnswer(operation, status, responseBody).map((problem) => `answered: ${problem}`) : []),
    ].map((problem) => `${method} ${url.replace(/^.*_apis/, '')}: ${problem}`);
  });
  return [...new Set(problems)];
}
