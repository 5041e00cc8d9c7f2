/** What the main line of the log and the metrics tell of an evaluation's cost. */
export interface Spent {
  /** Requests to Azure DevOps, repeated ones too. */
  requests: number;
  /** How long requests were held back because Azure DevOps asked for it; what waits side by side counts once. */
  rateLimitDelayMs: number;
}

/** Counts what is asked of Azure DevOps, and tells it of the work under way. */
export interface Trace {
  /** Of the invocation that is being served, so far. */
  spent(): Spent;
  /** Sends a request; `answered` is told its status. */
  request<T>(request: TracedRequest, send: (answered: (status: number) => void) => Promise<T>): Promise<T>;
  /** Waits because Azure DevOps asked for it. */
  pause<T>(wait: () => Promise<T>): Promise<T>;
}

/** One request to Azure DevOps, without anything that names what it is about. */
export interface TracedRequest {
  method: string;
  url: URL;
  /** How many times it was sent before. */
  attempt: number;
}
