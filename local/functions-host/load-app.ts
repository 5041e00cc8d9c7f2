import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Core, ProgrammingModel } from './core-module';

export interface LoadedApp {
  model: ProgrammingModel;
  /** Shared by all hooks of the app, as in Azure. */
  appHookData: Record<string, unknown>;
}

/** What the real worker tells the library that it can do. */
const CAPABILITIES = {
  RawHttpBodyBytes: 'true',
  RpcHttpBodyOnly: 'true',
  RpcHttpTriggerMetadataRemoved: 'true',
  IgnoreEmptyValuedRpcHttpHeaders: 'true',
  UseNullableValueDictionaryForHttp: 'true',
  WorkerStatus: 'true',
  TypedDataCollection: 'true',
  HandlesWorkerTerminateMessage: 'true',
};

/** Loads the app's main file, runs its appStart hooks and ends registration. Throws what the app throws. */
export async function loadApp(
  core: Core,
  app: { main: string; isModule: boolean; appDirectory: string },
): Promise<LoadedApp> {
  if (app.isModule) await import(pathToFileURL(app.main).href);
  else createRequire(app.main)(app.main);

  const model = core.model();
  if (model === undefined || core.functions.size === 0) {
    throw new Error('it registered no function. Does its main file import every function file?');
  }
  const appHookData = {};
  for (const hook of core.hooks('appStart')) {
    await hook({ hookData: {}, appHookData, functionAppDirectory: app.appDirectory });
  }
  const capabilities = await model.getCapabilities({ ...CAPABILITIES });
  if (capabilities['HttpUri'] !== undefined) {
    throw new Error('it enables HTTP streams (app.setup, enableHttpStream), which the local host does not have.');
  }
  core.lock();
  return { model, appHookData };
}
