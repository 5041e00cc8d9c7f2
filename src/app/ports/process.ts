export interface Clock {
  now(): Date;
}

/** Static message, structured fields; an adapter keeps secrets out. */
export interface Log {
  /** What only somebody who looks for a mistake wants to know: not kept unless asked for. */
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}
