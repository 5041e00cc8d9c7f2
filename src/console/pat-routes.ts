import { Hono } from 'hono';
import { z } from 'zod';

import type { Clock, Connection, Secrets } from '../app/ports';
import { vaultIsReadOnly, type VaultTerms } from '../app/read-only-secrets';
import type { RemoveProjectPat } from '../app/remove-project-pat';
import type { RotatePat, Rotation } from '../app/rotate-pat';
import { DEFAULT_PAT_DAYS, dayOf, dayText, daysFrom, patEndProblem } from '../core/pat-expiry';
import { Failure } from '../core/failures';
import { isGuid } from '../core/guid';
import { isPat } from '../core/pat';

import { connectionOf, needs, record } from './guard';
import { readJson } from './read-json';
import { tooOpen } from './secret-requests';

const rotationSchema = z
  .strictObject({
    pat: z.string().refine(isPat).optional(),
    /** In its place: the candidate in the vault, to be tested; or what was stored there since. */
    inVault: z.enum(['candidate', 'stored']).optional(),
    /** The day on which it ends; or in how many days. */
    expires: z.string().max(20).optional(),
    days: z.number().optional(),
    project: z.string().min(1).max(200).optional(),
    force: z.boolean().default(false),
    otherAccount: z.boolean().default(false),
  })
  .refine(({ expires, days }) => expires === undefined || days === undefined)
  .refine(({ pat, inVault }) => (pat === undefined) !== (inVault === undefined));

const SENTENCE =
  'Send { "pat": … }, which is one word, with "expires": "2027-02-01" or "days": 90, and "project", "force" and "otherAccount" where they are meant.';

interface Dependencies {
  rotatePat: RotatePat;
  removeProjectPat: RemoveProjectPat;
  secrets: Pick<Secrets, 'readStoredPat' | 'readCandidatePat'>;
  vault: Pick<VaultTerms, 'writesSecrets'>;
  clock: Clock;
}

/** Replacing the PAT of a connection or of a project, and removing that of a project. What is wrong with the new one is 422, another account than before 409. */
export function patRoutes({ rotatePat, removeProjectPat, secrets, vault, clock }: Dependencies): Hono {
  const api = new Hono();

  /** What an administrator has put into the vault for this; of a project it is asked for by the id. */
  const patInVault = async (
    { id, name }: Connection,
    which: 'candidate' | 'stored',
    project: string | undefined,
  ): Promise<string> => {
    const isKnown = project === undefined || isGuid(project.toLowerCase());
    const stored = which === 'stored' && isKnown ? await secrets.readStoredPat(id, project) : undefined;
    const pat = which === 'stored' ? stored?.pat : await secrets.readCandidatePat(id);
    if (pat !== undefined) return pat;
    const message = `The Key Vault that Portcullis reads has no such PAT of connection ${name}: was it written into another one? Call portcullis pat rotate again.`;
    throw new Failure({ kind: 'superseded', message });
  };

  api.post('/connections/:connection/pat', needs('admin'), async (context) => {
    const refusal = tooOpen(context);
    if (refusal) return refusal;
    const body = rotationSchema.safeParse(await readJson(context));
    // Not what was sent: a PAT may be in the wrong place.
    if (!body.success) return context.json({ message: SENTENCE }, 400);
    const { expires, days = DEFAULT_PAT_DAYS, pat: given, inVault, ...request } = body.data;
    if (inVault === undefined && !vault.writesSecrets) throw vaultIsReadOnly();
    if (inVault !== undefined && vault.writesSecrets) return context.json({ message: SENTENCE }, 400);
    const now = clock.now();
    const expiresOn = expires === undefined ? daysFrom(now, days) : (dayOf(expires) ?? new Date(NaN));
    const problem = patEndProblem(expiresOn, now);
    if (problem !== undefined) return context.json({ message: problem }, 400);

    const connection = connectionOf(context);
    const pat = given ?? (await patInVault(connection, inVault ?? 'candidate', request.project));
    const isTrial = inVault === 'candidate';
    const rotation = await rotatePat(connection, { ...request, pat, expiresOn, isTrial });
    const { outcome, test, project, former, formerAccount } = rotation;
    const message = messageOf(rotation);
    const answer = { message, outcome, endsOn: dayText(expiresOn), test, project, former, formerAccount };
    if (outcome === 'broken') return context.json(answer, 422);
    if (outcome === 'otherAccount') return context.json(answer, 409);
    record(context, {
      action: isTrial ? 'pat.try' : 'pat.rotate',
      subject: project ? `${connection.name}/${project.name}` : connection.name,
      details: {
        endsOn: dayText(expiresOn),
        account: test.account?.displayName ?? null,
        formerAccount: formerAccount?.displayName ?? null,
        // What stands there already is noted whatever is wrong: whether somebody insisted, its trial says.
        ...(inVault === 'stored' ? {} : { isForced: request.force }),
      },
    });
    return context.json(answer);
  });

  api.delete('/connections/:connection/pat', needs('admin'), async (context) => {
    const wanted = context.req.query('project');
    if (!wanted) return context.json({ message: 'Say whose PAT goes: ?project= with a name or an id.' }, 400);
    const connection = connectionOf(context);
    const project = await removeProjectPat(connection, wanted);
    record(context, { action: 'pat.remove', subject: `${connection.name}/${project.name}`, details: {} });
    return context.json({ project });
  });

  return api;
}

const DONE: Record<Rotation['former'], string> = {
  none: 'The PAT is used from now on.',
  same: 'The PAT is the one that was there.',
  other: 'The PAT was replaced.',
};

function messageOf({ outcome, test, former: before, formerAccount }: Rotation): string {
  const [present, former] = [test.account, formerAccount].map((account) => account?.displayName ?? 'nobody');
  if (outcome === 'rotated') return DONE[before];
  if (outcome === 'fit') return 'The PAT would do.';
  if (outcome === 'broken') return 'The PAT was not replaced: with the new one something would be broken.';
  return `The PAT was not replaced: the new one belongs to ${present}, the former one to ${former}.`;
}
