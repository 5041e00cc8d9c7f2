import { randomUUID } from 'node:crypto';
import type { HookResponse } from './hook-post';
import type { Subscription } from './state-model';

type Consumer = Pick<Subscription, 'id' | 'consumerInputs'>;

export function deliveryHeaders(subscription: Consumer, body: string): Record<string, string> {
  const { basicAuthUsername, basicAuthPassword, httpHeaders } = subscription.consumerInputs;
  const headers: Record<string, string> = {};
  for (const line of (httpHeaders ?? '').split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  }
  if ((basicAuthUsername ?? '') !== '' || (basicAuthPassword ?? '') !== '') {
    const credentials = `${basicAuthUsername ?? ''}:${basicAuthPassword ?? ''}`;
    headers['Authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }
  return {
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': String(Buffer.byteLength(body)),
    'User-Agent': 'VSServices/19.0 (AzureDevOpsSimulator)',
    'Request-Id': `|${randomUUID().replaceAll('-', '')}.1.`,
    'X-Vss-ActivityId': randomUUID(),
    'X-Vss-SubscriptionId': subscription.id,
  };
}

/** A request as the history shows it: whole, but for the credential. */
export function requestText(url: string, headers: Record<string, string>, body: string): string {
  const shown = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization');
  return [`Method: POST`, `URI: ${url}`, 'HTTP Version: 1.1', ...headerLines(shown), 'Content:', body].join('\n');
}

export const responseText = ({ status, reason, headers, text }: HookResponse): string =>
  status === 0
    ? ''
    : [
        `Status Code: ${status}`,
        `Reason Phrase: ${reason}`,
        'HTTP Version: 1.1',
        ...headerLines(Object.entries(headers)),
        'Content:',
        text,
      ].join('\n');

const headerLines = (headers: readonly (readonly [string, string])[]): string[] => [
  'Headers:',
  '{',
  ...headers.map(([name, value]) => `  ${name}: ${value}`),
  '}',
];
