/** One request to the REST API, as `GET /_simulator/requests` shows it. */
export interface LoggedRequest {
  method: string;
  /** Path and query. */
  url: string;
  /** Without `authorization`. */
  headers: Record<string, string | string[]>;
  /** Parsed where it is JSON, text otherwise, null without one or for bytes. */
  body: unknown;
  /** The short name of who sent it (`bot`); null when nobody could be made out. */
  identity: string | null;
  /** 0 when the connection was cut instead of an answer. */
  status: number;
  /** As `body`. */
  responseBody: unknown;
  /** Milliseconds since the epoch, with fractions; real time, whatever the simulator's clock says. */
  start: number;
  end: number;
}

export interface RawBody {
  type: string;
  bytes: Buffer | string | undefined;
}

/** A request before its bodies are parsed: only who looks into the log pays for that. */
export type RawRequest = Omit<LoggedRequest, 'body' | 'responseBody'> & { body: RawBody; responseBody: RawBody };

export interface RequestLog {
  add(entry: RawRequest): void;
  /** In the order of their answers. */
  entries(): LoggedRequest[];
  clear(): void;
}

const KEPT = 20_000;

export function createRequestLog(): RequestLog {
  let entries: RawRequest[] = [];
  return {
    add(entry) {
      entries.push(entry);
      // The oldest half at once: cutting one at a time would copy the whole list for every request.
      if (entries.length > KEPT) entries = entries.slice(KEPT / 2);
    },
    entries: () =>
      entries.map((entry) => ({ ...entry, body: readable(entry.body), responseBody: readable(entry.responseBody) })),
    clear() {
      entries = [];
    },
  };
}

/** Real time in milliseconds, finer than Date.now(). */
export const preciseNow = (): number => performance.timeOrigin + performance.now();

function readable({ type, bytes }: RawBody): unknown {
  if (bytes === undefined || bytes.length === 0) return null;
  if (typeof bytes !== 'string' && !/json|text|urlencoded|^$/i.test(type)) return null;
  const text = bytes.toString();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
