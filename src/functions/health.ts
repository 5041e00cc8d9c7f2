import { app, type HttpRequest } from '@azure/functions';

import { invocationOf } from './invocation-log';

const NO_STORE = { 'cache-control': 'no-store' };
const READINESS = '/api/management/health';

/**
 * Anonymous: that this process runs, and nothing else; nothing loads for it, so that a flood costs little, and the
 * platform's health check gets along with it. Whoever shows a sign-in is answered by the management API, which believes
 * no header by itself: readiness, or why not.
 */
app.http('health', {
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'api/health',
  async handler(request, context) {
    if (!hasSignIn(request)) return { status: 200, headers: NO_STORE, jsonBody: { state: 'alive' } };
    const { manage } = await import('../composition/work');
    const readiness = new Request(new URL(READINESS, request.url), { headers: [...request.headers.entries()] });
    const answer = await manage(readiness, invocationOf(context));
    return {
      status: answer.status,
      headers: { ...Object.fromEntries(answer.headers), ...NO_STORE },
      body: await answer.text(),
    };
  },
});

function hasSignIn({ headers }: HttpRequest): boolean {
  return headers.has('authorization') || headers.has('x-ms-client-principal');
}
