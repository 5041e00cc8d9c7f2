import { z } from 'zod';

import { newConnectionId } from '../app/establish-connection';
import { newHookSecret } from '../app/hooks/hook-secret';
import type { AdministratorsVault } from '../composition/administrators-vault';

import { CliError } from './cli-error';
import { failureText } from './failure-text';
import type { CallManagement, ManagementAnswer } from './management-client';
import { visible } from './terminal-text';

/** Nothing was connected: never the answer that 1 is. */
const ERROR = 2;

/** What a connection is going to work with. */
export type NewCredential = { kind: 'managedIdentity' } | { kind: 'pat'; pat: string; expiresOn: Date };

interface Wanted {
  /** That it had before its row was lost. */
  id: string | undefined;
  credential: NewCredential;
}

type Connect = (given: { id: string; credential: object }) => Promise<ManagementAnswer>;

/**
 * Connects where Portcullis only reads its vault: what is secret is written there under an id that is chosen here, then
 * Portcullis tests with what it finds. When it refuses, what is new is taken away again. A candidate beside the PAT tells
 * it that this PAT was written in order to be connected.
 */
export async function connectWithVault(
  call: CallManagement,
  vault: AdministratorsVault,
  { id: former, credential }: Wanted,
  connect: Connect,
): Promise<ManagementAnswer> {
  const { secrets } = vault;
  const id = former ?? newConnectionId();
  if (former !== undefined && (await isConnected(call, former))) {
    throw new CliError(`There is a connection with the id ${former} already: nothing was written.`, ERROR);
  }
  const takeAway = () => takeAwayUnlessConnected(call, vault, id, former !== undefined);
  try {
    if (credential.kind === 'pat') {
      await secrets.saveCandidatePat(id, credential.pat, credential.expiresOn);
      await secrets.savePat(id, credential.pat, credential.expiresOn);
    }
    // Hooks that are left come with the password that is left.
    const [password] = await secrets.readHookSecrets(id, { fresh: true });
    if (password === undefined) await secrets.saveHookSecret(id, newHookSecret());
    const given = credential.kind === 'pat' ? { kind: 'vault', expiresOn: credential.expiresOn } : credential;
    const answer = await connect({ id, credential: given });
    if (answer.status !== 201) await takeAway();
    else if (credential.kind === 'pat') await removeCandidate(vault, id);
    return answer;
  } catch (error) {
    await takeAway();
    throw error;
  }
}

/** It did its part: that it stands is said, and no reason to fail. */
export async function removeCandidate({ secrets, url }: AdministratorsVault, connectionId: string): Promise<void> {
  try {
    await secrets.removeCandidatePat(connectionId);
  } catch (error) {
    process.stderr.write(
      `${visible(`The copy of the PAT that was tested, candidate-pat-${connectionId} in ${url}, could not be deleted: do it by hand. ${failureText(error)}`)}\n`,
    );
  }
}

const listSchema = z.array(z.object({ id: z.string() }));

async function isConnected(call: CallManagement, id: string): Promise<boolean> {
  return listSchema.parse((await call('GET', '/connections')).body).some((each) => each.id === id);
}

/** An answer may have been lost on its way. Of a connection that is being restored only the candidate is new. */
async function takeAwayUnlessConnected(
  call: CallManagement,
  vault: AdministratorsVault,
  id: string,
  isRestored: boolean,
): Promise<void> {
  try {
    if (isRestored || (await isConnected(call, id))) await vault.secrets.removeCandidatePat(id);
    else await vault.kept.remove(id);
  } catch (error) {
    process.stderr.write(
      `${visible(`What was written into ${vault.url} for ${id} may stand there still: if portcullis connections does not list it, delete the secrets whose names end in it. ${failureText(error)}`)}\n`,
    );
  }
}
