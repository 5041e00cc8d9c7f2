import { Failure } from '../../core/failures';
import type { HookGranting } from '../ports';

import { isEnough, lackText } from './hook-places';

export interface GrantedHooks {
  /** Null: all projects. */
  project: string | null;
  /** False when the account could do all of it before. */
  changed: boolean;
}

/** Who is going to have more rights, by Azure DevOps' own word: what asks for it may name anybody. */
export interface GrantChange {
  account: { id: string; name: string };
  /** Null: all projects. */
  project: string | null;
}

/**
 * Lets the gate's own account have service hook subscriptions in all projects, or in one: adds what lacks to what is
 * there, and reads back whether it counts. A second time it writes nothing. Throws `Failure`.
 *
 * @param project by name or id; undefined = all projects
 * @param agree is asked before something is written; when it says no, nothing is
 */
export async function grantHooks(
  granting: HookGranting,
  account: { id: string; displayName: string },
  project: string | undefined,
  agree: (change: GrantChange) => Promise<boolean> = () => Promise.resolve(true),
): Promise<GrantedHooks> {
  const found = project === undefined ? null : await granting.readProject(project);
  const at = found?.id ?? null;
  const granted = { project: found?.name ?? null };
  if (isEnough(await granting.readRights(account.id, at))) return { ...granted, changed: false };
  const name = await granting.readAccount(account.id);
  if (!(await agree({ account: { id: account.id, name }, project: granted.project }))) {
    return { ...granted, changed: false };
  }
  await granting.grant(account.id, at);
  const rights = await granting.readRights(account.id, at);
  if (isEnough(rights)) return { ...granted, changed: true };
  const where = found ? `project ${found.name}` : 'all projects';
  throw new Failure({
    kind: 'permissionMissing',
    message:
      `It was granted, but ${account.displayName} still ${lackText(rights)} of ${where}: a group of that account is ` +
      'denied it. Take the account out of that group, or the denial away.',
  });
}
