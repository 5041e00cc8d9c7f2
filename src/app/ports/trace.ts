import type { TraceContext } from '../../core/trace-context';

/** What the main line of the log tells of an evaluation's cost. */
export interface Spent {
  /** Requests to Azure DevOps, repeated ones too. */
  requests: number;
  /** How long requests were held back because Azure DevOps asked for it; what waits side by side counts once. */
  rateLimitDelayMs: number;
}

/** Ids, words of ours and numbers: never a secret, never what people wrote. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** A piece of work that a trace shows. */
export interface Span {
  set(attributes: Attributes): void;
}

/** In seconds, but for `portcullis.verdicts`, which counts. */
export type Metric = 'portcullis.hook_to_verdict' | 'portcullis.verdicts' | 'portcullis.queue.age';

/** What is told of the work under way, to whoever watches: nothing of it changes what is done, or fails it. */
export interface Trace {
  /** What a message that is sent now carries; undefined where nobody knows. */
  context(): TraceContext | undefined;
  /** Does a piece of work; what fails it is told by its sentence, and thrown on. */
  span<T>(name: string, kind: SpanKind, attributes: Attributes, work: (span: Span) => Promise<T>): Promise<T>;
  measure(metric: Metric, value: number, attributes?: Attributes): void;
  /** What the invocation that is being served asked of Azure DevOps so far. */
  spent(): Spent;
  /** Sends a request to Azure DevOps; `answered` is told its status. */
  request<T>(request: TracedRequest, send: (answered: (status: number) => void) => Promise<T>): Promise<T>;
  /** Waits because Azure DevOps asked for it. */
  pause<T>(wait: () => Promise<T>): Promise<T>;
}

/** One request to Azure DevOps, without anything that names what it is about. */
export interface TracedRequest {
  method: string;
  /** Its path without ids and names: `/{project}/_apis/git/repositories/{id}/pullrequests/{id}`. */
  template: () => string;
  /** Where it goes. */
  url: URL;
  /** How many times it was sent before. */
  attempt: number;
}
