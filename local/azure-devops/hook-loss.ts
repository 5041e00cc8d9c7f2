import { z } from 'zod';
import type { SimulatedEvent } from './simulation';

/** What tests lose: everything, some event types, everything but comments, or a fraction of all by chance. */
export const lossSchema = z.object({
  drop: z.union([z.boolean(), z.array(z.string().min(1)), z.literal('comments-only'), z.number().min(0).max(1)]),
});
export type HookLoss = z.infer<typeof lossSchema>['drop'];

const COMMENT_EVENT = 'ms.vss-code.git-pullrequest-comment-event';

/** Whether an event is lost before any subscription hears of it. `created` stands for `git.pullrequest.created`. */
export function isLost(loss: HookLoss, { eventType }: SimulatedEvent, chance = Math.random): boolean {
  if (typeof loss === 'boolean') return loss;
  if (typeof loss === 'number') return chance() < loss;
  if (loss === 'comments-only') return eventType !== COMMENT_EVENT;
  const short = eventType === COMMENT_EVENT ? 'comment' : (eventType.split('.').at(-1) ?? '');
  return loss.includes(eventType) || loss.includes(short);
}
