import { app } from '@azure/functions';

import { LARGEST_BODY } from '../app/body-limit';

import { invocationLog } from './invocation-log';

app.http('management', {
  methods: ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'],
  authLevel: 'anonymous',
  route: 'api/management/{*path}',
  async handler(request, context) {
    const { manage } = await import('../composition/work');
    const hasBody = ['PUT', 'POST', 'PATCH'].includes(request.method);
    const body = hasBody ? await request.arrayBuffer() : undefined;
    if (body && body.byteLength > LARGEST_BODY) return { status: 413, body: 'The document is larger than 2 MB.' };
    const answer = await manage(
      new Request(request.url, {
        method: request.method,
        headers: [...request.headers.entries()],
        ...(body ? { body } : {}),
      }),
      invocationLog(context),
    );
    return { status: answer.status, headers: [...answer.headers.entries()], body: await answer.text() };
  },
});
