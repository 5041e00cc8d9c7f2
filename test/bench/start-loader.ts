import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createRequire, Module } from 'node:module';

import type { CoreInvocationContext, FunctionCallback, ProgrammingModel } from '../../local/functions-host/core-module';
import type { RegisteredFunction } from '../../local/functions-host/protocol';

import { readBody } from './by-hand';
import { argument } from './child-side';

/**
 * As little of a Functions worker as it takes to answer a hook: it weighs next to nothing, so that what is measured is
 * the app's own start. (The local environment's worker does it properly.) Its argument is the app's main file.
 */
const FUNCTION = 'receive-service-hook';

let model: ProgrammingModel | undefined;
const registered = new Map<string, { metadata: RegisteredFunction; callback: FunctionCallback }>();
const core = {
  version: '3.10.0',
  hostVersion: '4.1037.0',
  setProgrammingModel: (next: ProgrammingModel) => {
    model = next;
  },
  getProgrammingModel: () => model,
  log: () => undefined,
  registerFunction: (metadata: RegisteredFunction, callback: FunctionCallback) => {
    registered.set(metadata.name, { metadata, callback });
  },
  registerHook: () => undefined,
};
const original: unknown = Reflect.get(Module.prototype, 'require');
if (typeof original !== 'function') throw new Error('This Node.js has no Module.prototype.require.');
Module.prototype.require = function (this: unknown, id: string): unknown {
  return id === '@azure/functions-core' ? core : Reflect.apply(original, this, [id]);
};

async function invoke(url: string, headers: IncomingHttpHeaders, bytes: Buffer): Promise<number> {
  const loaded = registered.get(FUNCTION);
  const [name = ''] =
    Object.entries(loaded?.metadata.bindings ?? {}).find(([, { type }]) => type === 'httpTrigger') ?? [];
  if (!model || !loaded) throw new Error(`The app did not register ${FUNCTION}.`);
  const values = Object.entries(headers).map(([header, value]) => [header, { value: String(value) }]);
  const context: CoreInvocationContext = {
    invocationId: '1',
    request: {
      invocationId: '1',
      functionId: FUNCTION,
      inputData: [
        {
          name,
          data: {
            http: {
              method: 'POST',
              url: `http://localhost${url}`,
              nullableHeaders: Object.fromEntries(values),
              nullableParams: { connectionId: { value: url.split('/').at(-1) ?? '' } },
              body: { bytes },
            },
          },
        },
      ],
      traceContext: { traceParent: '', traceState: '', attributes: {} },
    },
    metadata: loaded.metadata,
    state: 'invocation',
    log: () => undefined,
  };
  const invocation = await model.getInvocationModel(context);
  const { context: own, inputs } = await invocation.getArguments();
  const { returnValue } = await invocation.getResponse(
    own,
    await invocation.invokeFunction(own, inputs, loaded.callback),
  );
  return Number(returnValue?.http?.statusCode ?? 200);
}

const main = String(argument());
createRequire(main)(main);
const loadedAt = performance.now();

const server = createServer((request, response) => {
  void readBody(request)
    .then((body) => invoke(request.url ?? '/', request.headers, body))
    .then((status) => response.writeHead(status, { 'content-length': 0 }).end());
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The loader has no port.');
  process.send?.({ port: address.port, loadedMs: loadedAt });
});
process.on('message', () => process.exit(0));
