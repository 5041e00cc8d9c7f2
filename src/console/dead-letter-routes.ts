import { Hono, type Context } from 'hono';
import { z } from 'zod';

import type { ListDeadLetters, ListedDeadLetter } from '../app/dead-letters/list-dead-letters';
import type { SettledDeadLetter, SettleDeadLetters } from '../app/dead-letters/settle-dead-letters';
import type { Connection } from '../app/ports';
import { Failure } from '../core/failures';
import { withoutPats } from '../core/pat';

import { connectionOf, needs, record, type Need } from './guard';
import { readJson } from './read-json';

interface Dependencies {
  list: ListDeadLetters;
  settle: SettleDeadLetters;
}

const PAGE = 50;
const MOST_AT_ONCE = 50;

const time = z.iso.datetime().transform((text) => new Date(text));
const querySchema = z.object({
  pullRequest: z
    .string()
    .regex(/^[1-9]\d{0,9}$/)
    .transform(Number)
    .optional(),
  since: time.optional(),
  until: time.optional(),
  after: z
    .string()
    .regex(/^[\w.:-]{1,200}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(PAGE),
});
const referencesSchema = z.strictObject({ references: z.array(z.string().min(1).max(128)).min(1).max(MOST_AT_ONCE) });

const QUERY_SHAPE =
  'pullRequest is a number, since and until are times like 2026-11-01T00:00:00Z, limit is from 1 to 200, after is the `next` of the page before.';
const BODY_SHAPE = `Send { "references": [ … ] }, from 1 to ${MOST_AT_ONCE} of them.`;

/** What could not be worked on: of the whole deployment for its administrators, of a connection for that one's. */
export function deadLetterRoutes({ list, settle }: Dependencies): Hono {
  const api = new Hono();

  for (const [prefix, need] of [
    ['', 'deployment'],
    ['/connections/:connection', 'admin'],
  ] as const satisfies [string, Need][]) {
    const path = `${prefix}/dead-letters`;
    const within = (context: Context): Connection | undefined => (prefix === '' ? undefined : connectionOf(context));

    api.get(path, needs(need), async (context) => {
      const query = querySchema.safeParse(context.req.query());
      if (!query.success) return context.json({ message: QUERY_SHAPE }, 400);
      const { pullRequest: pullRequestId, since, until, after, limit } = query.data;
      const filter = { connectionId: within(context)?.id, pullRequestId, since, until };
      const { letters, next, isWhole } = await list.page(filter, { after, limit });
      return context.json({ deadLetters: letters.map(answerOf), next, isWhole });
    });

    api.get(`${path}/:reference`, needs(need), async (context) => {
      const reference = context.req.param('reference');
      const found = await list.find(reference, within(context)?.id);
      if (!found) throw new Failure({ kind: 'notFound', message: `There is no dead letter ${reference}.` });
      const { messageId, sessionId, enqueuedAt, body } = found.letter;
      // Ids alone are ever queued; what somebody else put into the queue may be anything.
      return context.json({ ...answerOf(found), messageId, sessionId, enqueuedAt, body: withoutPats(body) });
    });

    for (const [verb, act] of [
      ['replay', settle.replay],
      ['drop', settle.drop],
    ] as const) {
      api.post(`${path}/${verb}`, needs(need), async (context) => {
        const body = referencesSchema.safeParse(await readJson(context));
        if (!body.success) return context.json({ message: BODY_SHAPE }, 400);
        const connection = within(context);
        const results = await act(body.data.references, connection?.id);
        const settled = results.filter(isSettled);
        record(context, {
          action: `dead-letters.${verb}`,
          subject: connection?.name ?? 'the whole deployment',
          details: { settled: settled.length, asked: results.length, references: referencesOf(settled) },
        });
        return context.json({ results });
      });
    }
  }

  return api;
}

function answerOf({ letter, kind, connection, judgedSince }: ListedDeadLetter): Record<string, unknown> {
  const { reference, recordedAt, reason, description, key } = letter;
  return {
    reference,
    recordedAt,
    kind,
    connectionId: key?.connectionId ?? null,
    connection: connection?.name ?? null,
    repositoryId: key?.repositoryId ?? null,
    pullRequestId: key?.pullRequestId ?? null,
    reason,
    description: withoutPats(description),
    judgedSince,
  };
}

function isSettled({ state }: SettledDeadLetter): boolean {
  return state === 'sent' || state === 'dropped';
}

function referencesOf(settled: readonly SettledDeadLetter[]): string {
  return settled.map(({ reference }) => reference).join(', ');
}
