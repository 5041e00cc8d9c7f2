/** One request to the REST API, as `GET /_simulator/requests` shows it. */
export interface LoggedRequest {
  method: string;
  /** Path and query. */
  url: string;
  /** Without `authorization`. */
  headers: Record<string, string | string[]>;
  /** Parsed where it is JSON, text otherwise, null without one. */
  body: unknown;
  /** The short name of who sent it (`bot`); null when nobody could be made out. */
  identity: string | null;
  /** 0 when the connection was cut instead of an answer. */
  status: number;
  /** Parsed where it is JSON, text where it is text, null for bytes. */
  responseBody: unknown;
  /** Milliseconds since the epoch, with fractions; real time, whatever the simulator's clock says. */
  start: number;
  end: number;
}

export interface RequestLog {
  add(entry: LoggedRequest): void;
  entries(): readonly LoggedRequest[];
  clear(): void;
}

const KEPT = 20_000;

export function createRequestLog(): RequestLog {
  let entries: LoggedRequest[] = [];
  return {
    add(entry) {
      entries.push(entry);
      // The oldest half at once: cutting one at a time would copy the whole list for every request.
      if (entries.length > KEPT) entries = entries.slice(KEPT / 2);
    },
    entries: () => entries,
    clear() {
      entries = [];
    },
  };
}

/** Real time in milliseconds, finer than Date.now(). */
export const preciseNow = (): number => performance.timeOrigin + performance.now();

/** How a body stands in the log. */
export function loggedBody(body: Buffer | string | undefined, contentType: string): unknown {
  if (body === undefined || body.length === 0) return null;
  if (typeof body !== 'string' && !/json|text|urlencoded|^$/i.test(contentType)) return null;
  const text = body.toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
