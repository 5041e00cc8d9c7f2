import { Hono } from 'hono';
import { z } from 'zod';

import type { People } from '../app/people/people';

import { toFailure } from '../core/failures';
import { folded } from '../core/person';

import { callerOf, needs, record } from './guard';
import { readJson } from './read-json';

const MOST_IDENTITIES = 10;
const MOST_TERMS = 200;

const identitiesSchema = z.strictObject({
  identities: z.array(z.string().trim().min(1).max(256)).min(1).max(MOST_IDENTITIES),
});
const term = z.strictObject({
  kind: z.enum(['id', 'account', 'name', 'alias']),
  // Whatever is shorter would be found everywhere.
  text: z.string().trim().min(1).max(400),
});
const personSchema = z
  .strictObject({
    canonical: z.string().min(3).max(256),
    terms: z
      .array(term)
      .min(1)
      .max(MOST_TERMS)
      .refine((terms) => terms.every(({ kind, text }) => kind === 'alias' || text.length >= 3)),
  })
  // A pseudonym is of whom it is given to, and of nobody else.
  .refine(({ canonical, terms }) => terms.some(({ kind, text }) => kind !== 'alias' && folded(text) === canonical));
const cursor = z.strictObject({ table: z.string().max(64), from: z.string().max(2_000).optional() }).nullable();
const lookSchema = z.strictObject({ person: personSchema, cursor });
const forgetSchema = lookSchema.extend({ dryRun: z.boolean() });

const SEND_IDENTITIES = `Send { "identities": [ … ] }: 1 to ${MOST_IDENTITIES} ids, mail addresses, account names or names of one person.`;
const SEND_PERSON =
  'Send { "person": as people/find answered it, "cursor": null or as the slice before answered it }; to people/forget also "dryRun".';

/**
 * What is kept of a person, and forgetting them, slice by slice. No operation: its row would keep for whom it was asked. Who
 * it is about stands in bodies alone, never in addresses, which logs have.
 */
export function peopleRoutes({ people }: { people: People }): Hono {
  const api = new Hono();

  api.post('/people/find', needs('deployment', { changes: 'nothing' }), async (context) => {
    const body = identitiesSchema.safeParse(await readJson(context));
    if (!body.success) return context.json({ message: SEND_IDENTITIES }, 400);
    return context.json(await people.find(body.data.identities));
  });

  api.post('/people/export', needs('deployment', { changes: 'nothing' }), async (context) => {
    const body = lookSchema.safeParse(await readJson(context));
    if (!body.success) return context.json({ message: SEND_PERSON }, 400);
    const { person, cursor: from } = body.data;
    const slice = await people.work(person, { cursor: from, act: 'look', by: callerOf(context) });
    // Each slice that told something: where the first one begins, whoever asks says.
    if (from === null || slice.places.length > 0) {
      const details = { places: slice.places.length };
      record(context, { action: 'people.export', subject: await people.pseudonymOf(person), details });
    }
    return context.json(slice);
  });

  api.post('/people/forget', needs('deployment', { changes: 'nothing' }), async (context) => {
    const body = forgetSchema.safeParse(await readJson(context));
    if (!body.success) return context.json({ message: SEND_PERSON }, 400);
    const { person, cursor: from, dryRun } = body.data;
    const forgotten = (details: Record<string, number | boolean>): Promise<void> =>
      people.pseudonymOf(person).then((subject) => {
        record(context, { action: 'people.forget', subject, details });
      });
    const work = people.work(person, { cursor: from, act: dryRun ? 'look' : 'forget', by: callerOf(context) });
    const slice = await work.catch(async (error: unknown) => {
      // Some of it may be done, unless it was refused before it began.
      if (!dryRun && toFailure(error).kind !== 'superseded') await forgotten({ isBrokenOff: true });
      throw error;
    });
    const count = (outcome: string): number => slice.places.filter((place) => place.outcome === outcome).length;
    const details = { replaced: count('replace'), deleted: count('delete'), kept: count('keep') };
    // Each slice that changed something: one that nobody goes on with is known, too.
    if (!dryRun && (from === null || details.replaced + details.deleted > 0)) {
      await forgotten(details);
    }
    return context.json(slice);
  });

  return api;
}
