import { app } from '@azure/functions';

import { LARGEST_BODY } from '../app/body-limit';

import { invocationOf } from './invocation-log';

app.http('receive-service-hook', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'api/service-hooks/{connectionId}',
  async handler(request, context) {
    const { receiveServiceHook } = await import('../composition/receive');
    const status = await receiveServiceHook(
      {
        connectionId: request.params['connectionId'] ?? '',
        authorization: request.headers.get('authorization'),
        async readBody() {
          if (Number(request.headers.get('content-length') ?? 0) > LARGEST_BODY) return undefined;
          const body = await request.arrayBuffer();
          return body.byteLength > LARGEST_BODY ? undefined : new Uint8Array(body);
        },
      },
      invocationOf(context),
    );
    return status === 401 ? { status, headers: { 'www-authenticate': 'Basic realm="Portcullis"' } } : { status };
  },
});

// Azure DevOps gives up on a slow answer, and loading the clients is most of a cold start: it begins now, unawaited.
setImmediate(() => {
  void import('../composition/receive').then(({ warm }) => {
    warm();
  });
});
