import { Module } from 'node:module';
import { registeredFunction, type RegisteredFunction } from './protocol';

/**
 * `@azure/functions-core`: the module that the Functions worker gives to the genuine `@azure/functions`. No package of
 * that name exists; as in Azure it is handed out by a changed `require`, which must be in place before the app loads.
 */

/** A value on its way between host and worker, as gRPC carries it; exactly one member is set, or none for null. */
export interface TypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  http?: HttpData;
}

interface Nullable<T> {
  value: T;
}

export interface HttpCookie {
  name: string;
  value: string;
  domain?: Nullable<string>;
  path?: Nullable<string>;
  expires?: Nullable<{ seconds: number }>;
  secure?: Nullable<boolean>;
  httpOnly?: Nullable<boolean>;
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
  maxAge?: Nullable<number>;
}

export interface HttpData {
  method?: string;
  /** Absolute. */
  url?: string;
  nullableHeaders?: Record<string, Nullable<string>>;
  nullableQuery?: Record<string, Nullable<string>>;
  nullableParams?: Record<string, Nullable<string>>;
  headers?: Record<string, string>;
  statusCode?: string;
  cookies?: HttpCookie[];
  body?: TypedData | null;
}

export interface InvocationRequest {
  invocationId: string;
  functionId: string;
  inputData: { name: string; data: TypedData }[];
  triggerMetadata?: Record<string, TypedData>;
  traceContext: { traceParent: string; traceState: string; attributes: Record<string, string> };
}

export interface InvocationResponse {
  returnValue?: TypedData | null;
}

export type FunctionCallback = (...parameters: unknown[]) => unknown;

/** What the library keeps of an invocation; `context` is its InvocationContext and nobody's business here. */
export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface CoreInvocationContext {
  invocationId: string;
  request: InvocationRequest;
  metadata: RegisteredFunction;
  state: 'preInvocationHooks' | 'postInvocationHooks' | 'invocation' | undefined;
  log(level: string, category: string, message: string): void;
}

export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

type HookCallback = (context: object) => unknown;

const HOOKS = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'];

export interface LoadedFunction {
  metadata: RegisteredFunction;
  callback: FunctionCallback;
}

/** What the app registered. */
export interface Core {
  functions: ReadonlyMap<string, LoadedFunction>;
  model(): ProgrammingModel | undefined;
  hasHooks(name: string): boolean;
  /** The hooks registered under a name, in order. */
  hooks(name: string): readonly HookCallback[];
  /** Ends registration: later ones throw, as in Azure. */
  lock(): void;
}

/** Puts the module in place. `log` takes what the library itself says. */
export function installCoreModule(log: (level: string, message: string) => void): Core {
  const functions = new Map<string, LoadedFunction>();
  const hooks = new Map<string, HookCallback[]>(HOOKS.map((name) => [name, []]));
  let model: ProgrammingModel | undefined;
  let locked = false;

  class Disposable {
    readonly #dispose: () => void;
    constructor(dispose: () => void) {
      this.#dispose = dispose;
    }
    dispose(): void {
      this.#dispose();
    }
  }

  const core = {
    version: '3.10.0',
    hostVersion: '4.1037.0',
    Disposable,
    setProgrammingModel(next: ProgrammingModel): void {
      model = next;
    },
    getProgrammingModel: () => model,
    log: (level: string, _category: string, message: string) => log(level, message),
    registerFunction(metadata: unknown, callback: FunctionCallback): Disposable {
      if (locked) throw new Error('A function can only be registered during app startup.');
      const parsed = registeredFunction.parse(metadata);
      if (functions.has(parsed.name)) throw new Error(`A function named "${parsed.name}" has already been registered.`);
      functions.set(parsed.name, { metadata: parsed, callback });
      return new Disposable(() => functions.delete(parsed.name));
    },
    registerHook(name: string, callback: HookCallback): Disposable {
      const list = hooks.get(name);
      if (list === undefined) throw new RangeError(`Unrecognized hook "${name}"`);
      list.push(callback);
      return new Disposable(() => {
        if (list.includes(callback)) list.splice(list.indexOf(callback), 1);
      });
    },
  };

  const original: unknown = Reflect.get(Module.prototype, 'require');
  if (typeof original !== 'function') throw new Error('This Node.js has no Module.prototype.require.');
  Module.prototype.require = function (this: unknown, id: string): unknown {
    return id === '@azure/functions-core' ? core : Reflect.apply(original, this, [id]);
  };

  return {
    functions,
    model: () => model,
    hasHooks: (name) => hooks.get(name)?.length !== 0,
    hooks: (name) => hooks.get(name) ?? [],
    lock() {
      locked = true;
    },
  };
}
