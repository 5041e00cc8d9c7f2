import type { IncomingMessage } from 'node:http';

import { errorCode } from './classify-failure';

/** What one exchange showed, before anybody made sense of it. */
export type Sighting =
  | {
      kind: 'answer';
      status: number;
      contentType: string;
      /** When the service sent it by its own clock, in milliseconds. */
      sentAt: number | undefined;
      /** Where it sends on to. */
      location: string;
      /** The Entra tenant that backs the organization, where the service says so; empty else. */
      tenant: string;
      /** Whether it says that it is Azure DevOps: by its headers, or by being at its address. */
      isAzureDevOps: boolean;
    }
  /** No answer came; the code is Node's. */
  | { kind: 'silence'; code: string };

export function sightAnswer({ statusCode = 0, headers }: IncomingMessage, url: string): Sighting {
  const sentAt = Date.parse(headers.date ?? '');
  return {
    kind: 'answer',
    status: statusCode,
    contentType: (headers['content-type'] ?? '').toLowerCase(),
    sentAt: Number.isNaN(sentAt) ? undefined : sentAt,
    location: headers.location ?? '',
    tenant: [headers['x-vss-resourcetenant'] ?? ''].flat()[0]?.toLowerCase() ?? '',
    isAzureDevOps:
      Object.keys(headers).some((name) => name.startsWith('x-tfs-') || name.startsWith('x-vss-')) ||
      /(?:^|\.)(?:dev\.azure|visualstudio)\.com$/.test(new URL(url).hostname.toLowerCase()),
  };
}

export function sightSilence(error: unknown): Sighting {
  return { kind: 'silence', code: errorCode(error) };
}
