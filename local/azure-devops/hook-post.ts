import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface HookPost {
  url: string;
  headers: Record<string, string>;
  body: string;
  signal: AbortSignal;
}

export interface HookResponse {
  /** 0 when nobody answered. */
  status: number;
  reason: string;
  headers: Record<string, string>;
  /** The beginning of the answer, or why there is none. */
  text: string;
}

/** The service's own limit is not documented. */
const TIMEOUT_MS = 30_000;
const KEPT_CHARACTERS = 2_000;

/** Sends one delivery on a connection of its own. Never rejects. */
export function postHook({ url, headers, body, signal }: HookPost): Promise<HookResponse> {
  return new Promise((resolve) => {
    const send = url.startsWith('https:') ? requestHttps : requestHttp;
    const failed = (error: Error): void => resolve({ status: 0, reason: '', headers: {}, text: error.message });
    try {
      const request = send(url, { method: 'POST', headers, signal, timeout: TIMEOUT_MS, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          if (text.length < KEPT_CHARACTERS) text += chunk;
        });
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            reason: response.statusMessage ?? '',
            headers: Object.fromEntries(
              Object.entries(response.headers).map(([name, value]) => [name, String(value ?? '')]),
            ),
            text: text.slice(0, KEPT_CHARACTERS),
          }),
        );
        response.on('error', failed);
      });
      request.on('timeout', () => request.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`)));
      request.on('error', failed);
      request.end(body);
    } catch (error) {
      failed(error instanceof Error ? error : new Error(String(error)));
    }
  });
}
