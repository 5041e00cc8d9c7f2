import { z } from 'zod';

/** What came of asking for verdicts. */
export const judgeResultSchema = z.object({
  judged: z.number(),
  unjudged: z.array(z.object({ repositoryId: z.string(), pullRequestId: z.number(), reason: z.string() })),
  /** How many more have none; so many cannot be named in a row of a table. */
  moreUnjudged: z.number().default(0),
  /** Numbers that were named, and of which the gate's account sees no active pull request. */
  notSeen: z.array(z.number()),
});
export type JudgeResult = z.output<typeof judgeResultSchema>;

/** Why pull requests have no verdict, by number. */
export function reasonsOf({ unjudged, notSeen }: JudgeResult): Map<number, string> {
  const reason = 'The account of Portcullis does not see it: it needs Read on the repository.';
  return new Map([
    ...notSeen.map((id) => [id, reason] as const),
    ...unjudged.map((each) => [each.pullRequestId, each.reason] as const),
  ]);
}
