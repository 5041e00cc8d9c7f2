import { app } from '@azure/functions';

import { LARGEST_BODY } from '../app/body-limit';

import { invocationOf } from './invocation-log';

const TOO_LARGE = { status: 413, body: 'The document is larger than 2 MB.' };

app.http('management', {
  methods: ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'],
  authLevel: 'anonymous',
  route: 'api/management/{*path}',
  async handler(request, context) {
    // Before it is read: whoever sends it may be anybody.
    if (Number(request.headers.get('content-length') ?? 0) > LARGEST_BODY) return TOO_LARGE;
    const { manage } = await import('../composition/work');
    const hasBody = ['PUT', 'POST', 'PATCH'].includes(request.method);
    const body = hasBody ? await request.arrayBuffer() : undefined;
    if (body && body.byteLength > LARGEST_BODY) return TOO_LARGE;
    const answer = await manage(
      new Request(request.url, {
        method: request.method,
        headers: [...request.headers.entries()],
        ...(body ? { body } : {}),
      }),
      invocationOf(context),
    );
    return { status: answer.status, headers: [...answer.headers.entries()], body: await answer.text() };
  },
});
