import type { PolicyRemoval, PolicyToRemove } from '../app/disconnect/remove-policies';
import { allOf, count } from '../core/phrase';

import type { Disconnected, Looked } from './disconnect-command';

/** What will be deleted, a line each, with `-` for what goes. */
export function planLines(
  name: string,
  { subscriptions, secrets, rows, messages }: Looked,
  policies: PolicyRemoval | undefined,
  accounts: readonly string[],
): string[] {
  const told = <T>(looked: { found: T | null; trouble: string | null }, what: string, text: (found: T) => string) =>
    looked.found === null ? `- ${what}: not known, ${looked.trouble ?? ''}` : `- ${text(looked.found)}`;
  return [
    ...(policies === undefined
      ? ['  branch policies, service hooks, comments and rights in Azure DevOps: nothing is asked, as it is gone']
      : [
          ...policies.policies.map((policy) => `- ${policyText(policy)}`),
          ...policies.refused.map(
            ({ project, reason }) => `- branch policies of project ${project.name}: not known, ${reason}`,
          ),
          told(subscriptions, 'service hook subscriptions', (found) => count(found, 'service hook subscription')),
          // Portcullis says which: who agrees should know them.
          ...accounts.map((account) => `- the rights for service hooks that portcullis hooks grant gave to ${account}`),
          '  comments of Portcullis on active pull requests are closed',
        ]),
    told(
      messages,
      'messages',
      ({ scheduled }) => `${count(scheduled, 'message')} that ${scheduled === 1 ? 'is' : 'are'} due later`,
    ),
    told(secrets, 'secrets', (found) => `${count(found.length, 'secret')}${listed(found.map((each) => each.name))}`),
    told(rows, 'rows', (found) => {
      const tables = Object.entries(found).map(([table, number]) => `${table} ${number}`);
      return `${count(
        Object.values(found).reduce((sum, each) => sum + each, 0),
        'row',
      )}${listed(tables)}`;
    }),
    `- connection ${name}`,
  ];
}

/** What was done, what was not, and what stays by intention. */
export function doneLines({ connection, policies, leave, hooks, threads, rights, forget }: Disconnected): string[] {
  const deleted = policies?.policies.filter(({ state }) => state === 'deleted').length ?? 0;
  const kept = policies?.policies.filter(({ state }) => state !== 'deleted') ?? [];
  const closed = leave.threads.closed + (threads?.closed ?? 0);
  const removed = leave.hooks.removed + (hooks?.removed ?? 0);
  const unclosed = threads === null ? leave.threads.refused : threads.refused;
  const days = [...new Set(forget.secretsKept.map(({ purgedOn }) => purgedOn?.slice(0, 10) ?? 'its own day'))];
  const { cancelled, trouble } = forget.messages;
  return [
    `${connection.name} (${connection.url}) is disconnected.`,
    `Deleted: ${allOf([
      count(deleted, 'branch policy', 'branch policies'),
      count(removed, 'service hook subscription'),
      `rights in ${count(rights?.places ?? 0, 'place')}`,
      count(cancelled, 'message'),
      count(forget.rows, 'row'),
    ])}. Closed: ${count(closed, 'comment thread')}.`,
    ...kept.map((policy) => `${policyText(policy)} was not deleted: ${policy.note ?? ''}`),
    ...unclosed.map((reason) => `Comments that were not closed: ${reason}`),
    ...(rights?.trouble ? [`Rights that were not taken back: ${rights.trouble}`] : []),
    ...(trouble === null ? [] : [`Messages that come when they are due, and are dropped: ${trouble}`]),
    ...(days.length > 0
      ? [
          `The Key Vault keeps ${count(forget.secretsKept.length, 'deleted secret')} until ${allOf(days)}, as it does not let Portcullis purge.`,
        ]
      : []),
    connection.credential.kind === 'pat'
      ? 'The PAT is deleted here, and still good in Azure DevOps: revoke it there, or remove its account.'
      : 'The managed identity is still a user of the organization: remove it there.',
    'The audit log keeps who did this; statuses that were posted stay in the history of their pull requests.',
  ];
}

export function policyText({ policyId, project, context, place, blocks }: PolicyToRemove): string {
  return `branch policy ${policyId} of project ${project.name} (${context}), for ${place}${blocks ? '' : ', which blocks nothing'}`;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}
