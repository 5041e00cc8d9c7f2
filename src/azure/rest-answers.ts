import { z } from 'zod';

import { GivenUp } from './bounded';

/** What the Azure SDKs' `RestError` tells, whichever package threw it. */
export interface RestAnswer {
  /** The HTTP status; absent when no answer came. */
  status: number | undefined;
  /** The service's own word (`TableNotFound`, `SecretNotFound`), or the network's (`ECONNREFUSED`). */
  code: string | undefined;
  /** The narrower word behind it, where the service gives one (`SecretDisabled`, `ForbiddenByRbac`). */
  innerCode: string | undefined;
}

const word = z.string().optional().catch(undefined);

const restError = z.object({
  statusCode: z.number().optional().catch(undefined),
  code: word,
  details: z
    .object({
      // Table Storage's shape, then Key Vault's (its client renames `innererror`).
      odataError: z.object({ code: word }).optional().catch(undefined),
      error: z
        .object({ code: word, innerError: z.object({ code: word }).optional().catch(undefined) })
        .optional()
        .catch(undefined),
    })
    .optional()
    .catch(undefined),
});

/** Reads a thrown value as the answer of an Azure service; all fields are absent when it is none. */
export function parseRestAnswer(error: unknown): RestAnswer {
  const parsed = restError.safeParse(error);
  if (!parsed.success) return { status: undefined, code: undefined, innerCode: undefined };
  const { statusCode, code, details } = parsed.data;
  return {
    status: statusCode,
    code: details?.odataError?.code ?? details?.error?.code ?? code,
    innerCode: details?.error?.innerError?.code,
  };
}

/** How the attempt ended, in a few words that can stand in a sentence; never the service's text, which may quote values. */
export function describeAnswer(error: unknown): string {
  if (error instanceof GivenUp) return error.message;
  const { status, code, innerCode } = parseRestAnswer(error);
  const words = [status, innerCode ?? code].filter((part) => part !== undefined).join(' ');
  if (words !== '') return words;
  return error instanceof Error ? error.name : 'no answer';
}
