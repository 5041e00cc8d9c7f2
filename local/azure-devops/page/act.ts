import { z } from 'zod';

/**
 * What the page's forms post to `…/pullrequest/{id}/act` (application/x-www-form-urlencoded). Every form carries
 * `action` and `as` (an actor's key); the rest is the action's own:
 *
 * | action | fields |
 * |---|---|
 * | complete, abandon, reactivate, publish, draft | none (draft marks as draft) |
 * | vote | vote: 10, 5, 0, -5 or -10 |
 * | comment | content; threadId to reply; or filePath, line and side (right or left) for a new thread on a line; else a new thread |
 * | thread-status | threadId, status: active, pending, fixed, wontFix, closed or byDesign |
 * | edit | title, description |
 * | link-work-item, unlink-work-item | workItemId |
 * | add-label, remove-label | name |
 *
 * The answer is expected to be a 303 back to the page, with the refusal, if any, as its notice.
 */
const as = z.string().min(1);
/** Browsers submit text areas with CRLF, whoever typed them; Azure DevOps' own page sends LF. */
const prose = z.string().transform((text) => text.replaceAll('\r\n', '\n').trim());
const whole = z.coerce.number().int().positive();

export const actSchema = z.discriminatedUnion('action', [
  z.object({ action: z.enum(['complete', 'abandon', 'reactivate', 'publish', 'draft']), as }),
  z.object({
    action: z.literal('vote'),
    as,
    vote: z.enum(['10', '5', '0', '-5', '-10']).transform(Number),
  }),
  z.object({
    action: z.literal('comment'),
    as,
    content: prose.pipe(z.string().min(1, 'The comment is empty.')),
    threadId: whole.optional(),
    filePath: z.string().startsWith('/').optional(),
    line: whole.optional(),
    side: z.enum(['right', 'left']).default('right'),
  }),
  z.object({
    action: z.literal('thread-status'),
    as,
    threadId: whole,
    status: z.enum(['active', 'pending', 'fixed', 'wontFix', 'closed', 'byDesign']),
  }),
  z.object({
    action: z.literal('edit'),
    as,
    title: z.string().trim().min(1, 'The title is empty.'),
    description: prose.default(''),
  }),
  z.object({ action: z.enum(['link-work-item', 'unlink-work-item']), as, workItemId: whole }),
  z.object({ action: z.enum(['add-label', 'remove-label']), as, name: z.string().trim().min(1) }),
]);

/** A form, parsed: a union told apart by `action`. */
export type Act = z.infer<typeof actSchema>;
