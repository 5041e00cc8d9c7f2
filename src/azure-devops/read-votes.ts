import { z } from 'zod';

import type { CastVote } from '../app/ports';
import type { Identity } from '../core/snapshot';

import { identity, time } from './answers';
import { readVote } from './mappings';

/** The account that the service itself writes as, in every organization. */
const SERVICE_ID = '00000002-0000-8888-8000-000000000000';
const SERVICE_NAME = 'Microsoft.VisualStudio.Services.TFS';

/** What a thread has beside what every thread has, where it tells of a vote. */
export const voteShape = {
  publishedDate: time,
  lastUpdatedDate: time,
  /** People by the keys that properties name them by. */
  identities: z.record(z.string(), identity).nullish(),
};

interface VoteThread {
  publishedDate: string | null;
  lastUpdatedDate: string | null;
  identities?: Record<string, Identity> | null | undefined;
}

interface FirstComment {
  author: { identity: Identity; isGroup: boolean };
  content: string;
  isSystem: boolean;
}

/**
 * The vote that the service tells of in a thread; undefined for any other thread. Whoever may contribute can begin a
 * thread with the same properties, but only in the own name: the service's threads are by its account, on older servers by
 * the group of its accounts, or by the voter. And whoever may contribute can give any thread of the service other
 * properties (a push brings a new one of its own): only what nobody touched since counts, and only where the words, which
 * nobody but the service can write, tell of this vote as well.
 */
export function voteOf(
  thread: VoteThread,
  properties: Record<string, string>,
  first: FirstComment | undefined,
): CastVote | undefined {
  if (properties['CodeReviewThreadType'] !== 'VoteUpdate') return undefined;
  const { CodeReviewVoteResult: result = '', CodeReviewVotedByIdentity: key, CodeReviewVotedByTfId: id } = properties;
  const vote = readVote(result);
  const voter = key === undefined ? undefined : thread.identities?.[key];
  const voterId = key === undefined ? dashed(id ?? '') : voter?.id;
  const { publishedDate: castAt, lastUpdatedDate } = thread;
  if (vote === undefined || !voterId || castAt === null || castAt !== lastUpdatedDate) return undefined;
  if (first?.isSystem !== true || !tells(first.content, result, voter)) return undefined;
  const { identity: author, isGroup } = first.author;
  const isGenuine = author.id === SERVICE_ID || isGroup || author.id === voterId;
  return isGenuine ? { voterId, vote, castAt } : undefined;
}

/** "Ada voted 10", in whatever language; older servers name the voter in properties that anybody can write. */
function tells(content: string, result: string, voter: Identity | undefined): boolean {
  const isNamed =
    voter === undefined || [voter.displayName, SERVICE_NAME].some((name) => name !== '' && content.includes(name));
  return isNamed && content.split(/[\s.,:;()]+/).includes(result);
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
