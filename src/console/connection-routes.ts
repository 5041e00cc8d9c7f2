import { Hono } from 'hono';
import { z } from 'zod';

import { readNetwork } from '../app/change-network';
import type { EstablishConnection } from '../app/establish-connection';
import type { Clock, Connection, ConnectionNetwork, Connections } from '../app/ports';
import { STRAIGHT } from '../app/test-connection';
import { vaultIsReadOnly, type VaultTerms } from '../app/read-only-secrets';
import { connectionNameProblem, isSameConnectionName } from '../core/connection-name';
import { Failure } from '../core/failures';
import { isLoopback } from '../core/loopback';
import { holdsPat, isPat } from '../core/pat';
import { patEndProblem } from '../core/pat-expiry';

import { connectionAnswer } from './connection-answer';
import { connectionOf, needs, record } from './guard';
import { networkDetails, networkFields } from './network-routes';
import { readJson } from './read-json';
import { tooOpen } from './secret-requests';

interface Dependencies {
  establish: EstablishConnection;
  connections: Connections;
  /** Where Azure DevOps reaches this app, where the platform says it. */
  publicUrl: string | undefined;
  clock: Clock;
  vault: Pick<VaultTerms, 'writesSecrets'>;
}

const LONGEST_ADDRESS = 2_000;

const MISPLACED_PAT =
  'What looks like a PAT stands where everybody may read it: the PAT belongs into the credential alone. Revoke this one.';

/** It is asked for in addresses, which end up in the logs of others. */
export const addressSchema = z
  .string()
  .min(1)
  .max(LONGEST_ADDRESS)
  .refine((text) => !holdsPat(text), MISPLACED_PAT);

const nameSchema = z.string().superRefine((name, context) => {
  const message = connectionNameProblem(name);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
  if (holdsPat(name)) context.addIssue({ code: 'custom', message: MISPLACED_PAT });
});
const describedBy = {
  description: z
    .string()
    .max(500, 'A description has at most 500 characters.')
    .refine((text) => !holdsPat(text), MISPLACED_PAT),
  labels: z
    .array(z.string().min(1, 'A label is not empty.').max(50, 'A label has at most 50 characters.'))
    .max(20, 'A connection has at most 20 labels.'),
};
const originSchema = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe =
    url !== undefined && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)));
  if (isSafe && url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '') return url.origin;
  context.addIssue(
    'The public URL is like https://gate.contoso.com: hooks bring a password, and each has a path of its own.',
  );
  return z.NEVER;
});

const connectSchema = z.strictObject({
  url: addressSchema,
  name: nameSchema.optional(),
  description: describedBy.description.default(''),
  labels: describedBy.labels.default([]),
  credential: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('pat'),
      pat: z.string().refine(isPat, 'The PAT holds characters that no PAT has: copy it again.'),
      expiresOn: z.iso.datetime().transform((text) => new Date(text)),
    }),
    z.strictObject({ kind: z.literal('managedIdentity') }),
    z.strictObject({
      kind: z.literal('vault'),
      expiresOn: z.iso.datetime().transform((text) => new Date(text)),
    }),
  ]),
  phase: z.enum(['shadow', 'enforce']).default('shadow'),
  publicUrl: originSchema.optional(),
  ...networkFields,
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'An id is lower-case letters, digits and hyphens, at most 64.')
    .optional(),
  force: z.boolean().default(false),
});

const changeSchema = z.strictObject({ name: nameSchema, ...describedBy, publicUrl: originSchema }).partial();

/** Connecting an organization or a collection, and what people call it. What takes long has routes of its own. */
export function connectionRoutes({ establish, connections, publicUrl, clock, vault }: Dependencies): Hono {
  const api = new Hono();

  api.post('/connections', needs('deployment'), async (context) => {
    const refusal = tooOpen(context);
    if (refusal) return refusal;
    const body = connectSchema.safeParse(await readJson(context));
    if (!body.success) return context.json({ message: mistake(body.error, CONNECT_SHAPE) }, 400);
    const { url: address, credential, proxy, caCertificates, ...rest } = body.data;
    const isInVault = rest.id !== undefined && credential.kind !== 'pat';
    if (!isInVault && !vault.writesSecrets) throw vaultIsReadOnly();
    if (credential.kind === 'vault' && vault.writesSecrets) {
      return context.json({ message: 'This Portcullis writes its Key Vault itself: send the PAT.' }, 400);
    }
    const problem =
      credential.kind === 'managedIdentity' ? undefined : patEndProblem(credential.expiresOn, clock.now());
    if (problem !== undefined) return context.json({ message: problem }, 400);
    const way = readNetwork({ proxy, caCertificates }, STRAIGHT, clock.now());
    if (!way.ok) return context.json({ message: way.reason }, 400);
    const attempt = connectAttempt(address, way.network, credential);
    if (attempt) record(context, attempt);
    const { connection, test, keepsSettings } = await establish({
      ...rest,
      network: way.network,
      address,
      credential,
      publicUrl: rest.publicUrl ?? publicUrl ?? new URL(context.req.url).origin,
    });
    if (!connection) {
      return context.json(
        { message: 'Nothing was connected: something is broken, and has to be mended first.', test },
        422,
      );
    }
    record(context, {
      action: 'connection.connect',
      connectionId: connection.id,
      subject: `${connection.name} (${connection.url})`,
      details: {
        credential: connection.credential.kind,
        ...(keepsSettings ? {} : { phase: rest.phase }),
        ...networkDetails(connection.network),
        ...(rest.id === undefined ? {} : { givenId: rest.id }),
      },
    });
    return context.json({ connection: connectionAnswer(connection), test, keepsSettings }, 201);
  });

  api.patch('/connections/:connection', needs('admin'), async (context) => {
    const { id, name: before } = connectionOf(context);
    const body = changeSchema.safeParse(await readJson(context));
    if (!body.success) return context.json({ message: mistake(body.error, CHANGE_SHAPE) }, 400);
    const wanted = Object.fromEntries(Object.entries(body.data).filter(([, value]) => value !== undefined));
    const { name } = body.data;
    if (name !== undefined) mustBeFree(name, id, await connections.list());
    const changed = await connections.change(id, (present) => ({ ...present, ...wanted }));
    if (!changed) throw new Failure({ kind: 'notFound', message: `There is no connection ${before} any more.` });
    const details = { changed: Object.keys(wanted).join(', '), ...(name === undefined ? {} : { before }) };
    record(context, { action: 'connection.change', subject: changed.name, details });
    return context.json(connectionAnswer(changed));
  });

  return api;
}

/**
 * Whoever chooses a proxy together with an authority can read what is sent through it. Where that is not the caller's own PAT but
 * what Portcullis has, each attempt is in the audit log, whatever becomes of it.
 */
function connectAttempt(
  address: string,
  network: ConnectionNetwork,
  { kind }: z.output<typeof connectSchema>['credential'],
): Parameters<typeof record>[1] | undefined {
  if (kind === 'pat' || (network.proxy === null && network.caCertificates === null)) return undefined;
  const details = { credential: kind, ...networkDetails(network) };
  return { action: 'connection.attempt', connectionId: null, subject: address, details };
}

const CONNECT_SHAPE =
  'Send { "url": …, "credential": { "kind": "pat", "pat": …, "expiresOn": … } }, and what else the reference names.';
const CHANGE_SHAPE = 'Send one or more of name, description, labels and publicUrl.';

/** Our own sentences; anything else could repeat what was sent, and a PAT may be in the wrong place. */
function mistake(error: z.ZodError, shape: string): string {
  const own = error.issues.filter(({ code, message }) => code === 'custom' || /^[A-Z].*\.$/.test(message));
  const sentences = own.map(({ message }) => message).filter((message) => !/^(Invalid|Unrecognized)/.test(message));
  return sentences.length > 0 ? sentences.join(' ') : shape;
}

function mustBeFree(name: string, id: string, all: readonly Connection[]): void {
  const taken = all.find(
    (each) => each.id !== id && (isSameConnectionName(each.name, name) || each.id === name.toLowerCase()),
  );
  if (taken) throw new Failure({ kind: 'superseded', message: `There is a connection ${taken.name} already.` });
}
