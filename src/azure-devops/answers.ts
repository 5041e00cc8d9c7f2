import { z } from 'zod';

import type { Identity } from '../core/snapshot';
import type { PullRequestKey } from '../core/snapshot';

/** A list as the service wraps it. One that has fewer entries than the service counts was cut on the way. */
export function listOf<Item extends z.ZodType>(item: Item): z.ZodPipe<z.ZodObject, z.ZodTransform<z.output<Item>[]>> {
  return z.object({ count: z.number().nullish(), value: z.array(item) }).transform(({ count, value }, context) => {
    if (typeof count === 'number' && count > value.length) {
      context.addIssue({ code: 'custom', message: `${value.length} of ${count} entries` });
    }
    return value;
  });
}

/** A GUID, lower case: Azure DevOps writes the same id in either case. */
export const guid = z.guid().transform((id) => id.toLowerCase());

/** Text that may be missing; empty then. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** A moment as an ISO time in UTC; null where the service does not say, or says nothing that is one. */
export const time = z
  .unknown()
  .optional()
  .transform((value) => {
    const at = typeof value === 'string' ? new Date(value) : undefined;
    return at === undefined || Number.isNaN(at.getTime()) ? null : at.toISOString();
  });

/** A person or a service. Where the service leaves it out, an identity that equals nobody. */
export const identity = z
  .object({ id: text, displayName: text, uniqueName: text })
  .nullish()
  .transform((who): Identity => ({
    id: (who?.id ?? '').toLowerCase(),
    displayName: who?.displayName ?? '',
    uniqueName: who?.uniqueName ?? '',
  }));

/** The same, and whether it is a group. */
export const identityOrGroup = z
  .object({ isContainer: z.boolean().nullish() })
  .loose()
  .nullish()
  .transform((who) => ({ identity: identity.parse(who), isGroup: who?.isContainer === true }));

/**
 * Properties come back wrapped (`{ $type, $value }`), from some versions plain: both are read, as strings. What is not a
 * string is left out.
 */
export const properties = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((wrapped) => {
    const plain: Record<string, string> = {};
    for (const [name, value] of Object.entries(wrapped ?? {})) {
      const unwrapped = unwrap(value);
      if (typeof unwrapped === 'string') {
        Object.defineProperty(plain, name, { value: unwrapped, enumerable: true, writable: true, configurable: true });
      }
    }
    return plain;
  });

/** One property's value without its wrapping. */
export function unwrap(value: unknown): unknown {
  return typeof value === 'object' && value !== null && '$value' in value ? value.$value : value;
}

/** `pull request 7 of repository …`, for failures. */
export function placeOf(key: Pick<PullRequestKey, 'repositoryId' | 'pullRequestId'>): string {
  return `pull request ${key.pullRequestId} of repository ${key.repositoryId}`;
}
