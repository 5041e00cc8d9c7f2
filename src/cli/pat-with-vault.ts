import { z } from 'zod';

import { DEFAULT_PAT_DAYS, dayOf, daysFrom, dayText, patEndProblem } from '../core/pat-expiry';
import type { AdministratorsVault } from '../composition/administrators-vault';

import { CliError } from './cli-error';
import { removeCandidate } from './connect-with-vault';
import type { CallManagement } from './management-client';
import type { RotationAnswer } from './pat-command';

const NOT_ROTATED = 1;
const ERROR = 2;

interface Wanted {
  pat: string;
  expires: string | undefined;
  days: number | undefined;
  project: string | undefined;
  force: boolean;
  yes: boolean;
}

interface Steps {
  ask: (body: Record<string, unknown>) => Promise<RotationAnswer>;
  /** Whether it may be another account's. */
  agree: (answer: RotationAnswer) => Promise<boolean>;
}

/**
 * Replaces a PAT where Portcullis only reads its vault. The new one never goes to Portcullis but through the vault: it is
 * written there as a candidate, which Portcullis tests; takes over in the vault; and Portcullis notes what it finds then.
 */
export async function rotateWithVault(
  vault: AdministratorsVault,
  { id, name }: { id: string; name: string },
  { pat, expires, days, project, force, yes }: Wanted,
  { ask, agree }: Steps,
): Promise<RotationAnswer> {
  const { secrets } = vault;
  const expiresOn = endOf(expires, days);
  const terms = { expires: dayText(expiresOn), force };
  const attempt = (otherAccount: boolean) => ask({ inVault: 'candidate', ...terms, project, otherAccount });
  await secrets.saveCandidatePat(id, pat, expiresOn);
  try {
    let trial = await attempt(yes);
    if (trial.outcome === 'otherAccount' && (await agree(trial))) trial = await attempt(true);
    if (trial.outcome !== 'fit') return trial;
    if ((await secrets.readCandidatePat(id)) !== pat) {
      const message = `Somebody else is replacing the PAT of connection ${name} at the same time: nothing was replaced.`;
      throw new CliError(message, ERROR);
    }
    await secrets.savePat(id, pat, expiresOn, trial.project?.id);
    // What stands in the vault counts, so it is noted whatever else is wrong.
    const stored = { ...terms, inVault: 'stored', project: trial.project?.id, force: true, otherAccount: true };
    const noted = await ask(stored);
    if (noted.outcome === 'rotated') {
      const { former, formerAccount, message } = trial.former === 'same' ? noted : { ...trial, message: REPLACED };
      return { ...noted, former, formerAccount, message };
    }
    throw new CliError(
      `The new PAT of connection ${name} is in the Key Vault and counts, but Portcullis could not note it: portcullis test says what is wrong. Call this again once that is mended.`,
      NOT_ROTATED,
    );
  } finally {
    await removeCandidate(vault, id);
  }
}

const REPLACED = 'The PAT was replaced.';

/** The beginning of a day, as the vault and Portcullis have to have the same. */
function endOf(expires: string | undefined, days = DEFAULT_PAT_DAYS): Date {
  const now = new Date();
  const end = expires === undefined ? dayOf(dayTextOf(daysFrom(now, days))) : dayOf(expires);
  const problem = patEndProblem(end ?? new Date(NaN), now);
  if (end && problem === undefined) return end;
  throw new CliError(problem ?? '', ERROR);
}

function dayTextOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? '' : dayText(date);
}

const connectionSchema = z.object({
  id: z.string(),
  projectPats: z.array(z.object({ projectId: z.string(), projectName: z.string() })),
});

/** Deletes the PAT of a project from the vault; nothing happens where Portcullis knows of none, which it then says itself. */
export async function removeWithVault(
  call: CallManagement,
  { secrets }: AdministratorsVault,
  connectionId: string,
  wanted: string,
): Promise<void> {
  const connections = z.array(connectionSchema).parse((await call('GET', '/connections')).body);
  const named = wanted.toLowerCase();
  const own = connections
    .find(({ id }) => id === connectionId)
    ?.projectPats.find(({ projectId, projectName }) => [projectId, projectName.toLowerCase()].includes(named));
  if (own) await secrets.removePat(connectionId, own.projectId);
}
