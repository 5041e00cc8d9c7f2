import { z } from 'zod';

import type { CastVote } from '../app/ports';
import type { Identity } from '../core/snapshot';

import { identity, time } from './answers';
import { readVote } from './mappings';

/** The account that the service itself writes as, in every organization. */
const SERVICE_ID = '00000002-0000-8888-8000-000000000000';

/** What a thread has beside what every thread has, where it tells of a vote. */
export const voteShape = {
  publishedDate: time,
  /** People by the keys that properties name them by. */
  identities: z.record(z.string(), identity).nullish(),
};

/**
 * The vote that the service tells of in a thread; undefined for any other thread. Whoever may contribute can begin a
 * thread with the same properties, but only in the own name: the service's threads are by its account, on older servers by
 * the group of its accounts, or by the voter.
 */
export function voteOf(
  thread: { publishedDate: string | null; identities?: Record<string, Identity> | null | undefined },
  properties: Record<string, string>,
  first: { author: { identity: Identity; isGroup: boolean }; isSystem: boolean } | undefined,
): CastVote | undefined {
  if (properties['CodeReviewThreadType'] !== 'VoteUpdate') return undefined;
  const vote = readVote(properties['CodeReviewVoteResult']);
  const { CodeReviewVotedByIdentity: key, CodeReviewVotedByTfId: id } = properties;
  const voterId = key === undefined ? dashed(id ?? '') : thread.identities?.[key]?.id;
  if (vote === undefined || !voterId || thread.publishedDate === null || first?.isSystem !== true) return undefined;
  const { identity: author, isGroup } = first.author;
  const isGenuine = author.id === SERVICE_ID || isGroup || author.id === voterId;
  return isGenuine ? { voterId, vote, castAt: thread.publishedDate } : undefined;
}

/** Whom a thread says to have been added to the reviewers, or taken off; undefined for any other thread. */
export function reviewersOf(
  { identities }: { identities?: Record<string, Identity> | null | undefined },
  properties: Record<string, string>,
): string[] | undefined {
  if (properties['CodeReviewThreadType'] !== 'ReviewersUpdate') return undefined;
  return ['Added', 'Removed'].flatMap((change) => {
    const name = `CodeReviewReviewersUpdated${change}`;
    const key = properties[`${name}Identity`];
    const id = key === undefined ? dashed(properties[`${name}TfId`] ?? '') : identities?.[key]?.id;
    return id ? [id] : [];
  });
}

/** Ids in properties stand with or without dashes. */
function dashed(id: string): string {
  const [, ...parts] = /^(.{8})-?(.{4})-?(.{4})-?(.{4})-?(.{12})$/.exec(id.toLowerCase()) ?? [];
  return parts.join('-');
}
