import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import type { Core, CoreInvocationContext, InvocationResponse, TypedData } from './core-module';
import type { LoadedApp } from './load-app';
import { traceParentOf } from './trace-parent';

/** Runs one function once; rejects with what the function (or a hook) threw. */
export type Invoke = (
  functionName: string,
  input: TypedData,
  triggerMetadata?: Record<string, TypedData>,
) => Promise<InvocationResponse>;

export type LogFunction = (level: string, message: string, functionName: string | undefined) => void;

/** Lets a message of the host that has already arrived, such as the clock's, be read before the function reads the time. */
const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** The worker's path of an invocation, hooks included, in the order of Azure's own worker. */
export function createInvoke(core: Core, { model, appHookData }: LoadedApp, log: LogFunction): Invoke {
  return async (functionName, data, triggerMetadata) => {
    const loaded = core.functions.get(functionName);
    const name = Object.entries(loaded?.metadata.bindings ?? {}).find(([, { type }]) => /trigger$/i.test(type))?.[0];
    if (loaded === undefined || name === undefined) throw new Error(`There is no function '${functionName}'.`);
    await nextTurn();

    const invocationId = randomUUID();
    const hookData = {};
    const known: { context?: unknown } = {};
    const coreContext: CoreInvocationContext = {
      invocationId,
      request: {
        invocationId,
        functionId: functionName,
        inputData: [{ name, data }],
        traceContext: { traceParent: traceParentOf(data, triggerMetadata), traceState: '', attributes: {} },
        ...(triggerMetadata === undefined ? {} : { triggerMetadata }),
      },
      metadata: loaded.metadata,
      state: undefined,
      log(level, category, message) {
        const entry = { level, message, category, hookData, appHookData, invocationContext: known.context };
        for (const hook of core.hooks('log')) hook(entry);
        log(entry.level, entry.message, functionName);
      },
    };

    const invocation = await model.getInvocationModel(coreContext);
    const { context, inputs } = await invocation.getArguments();
    known.context = context;

    const before = { hookData, appHookData, invocationContext: context, inputs, functionCallback: loaded.callback };
    coreContext.state = 'preInvocationHooks';
    for (const hook of core.hooks('preInvocation')) await hook(before);

    coreContext.state = 'invocation';
    let result: unknown;
    let error: unknown;
    try {
      result = await invocation.invokeFunction(context, before.inputs, before.functionCallback);
    } catch (thrown) {
      error = thrown ?? new Error('The function threw nothing.');
    }

    const after = { hookData, appHookData, invocationContext: context, inputs: before.inputs, result, error };
    coreContext.state = 'postInvocationHooks';
    for (const hook of core.hooks('postInvocation')) await hook(after);
    if (after.error != null) throw after.error instanceof Error ? after.error : new Error(inspect(after.error));
    return invocation.getResponse(context, after.result);
  };
}
