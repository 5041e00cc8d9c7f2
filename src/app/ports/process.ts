export interface Clock {
  now(): Date;
}

/** Static message, structured fields; an adapter keeps secrets out. */
export interface Log {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}
