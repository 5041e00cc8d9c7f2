import type { BreakGlassAction, BreakGlassPolicy, BreakGlassReport } from '../app/policy-break-glass';
import type { PolicyChange } from '../app/policy-stages-text';
import { count } from '../core/phrase';

import type { AuditNote } from './audit-note';
import { visible } from './terminal-text';

const becomes = { suspend: 'optional', restore: 'blocking again' } as const;

/** Everything was read, and all that had to be written was. */
export function isFine({ policies, refused }: BreakGlassReport): boolean {
  return refused.length === 0 && policies.every(({ state }) => state !== 'failed');
}

/** What is going to be written, for a person to agree to. */
export function planOf(base: string, action: BreakGlassAction, report: BreakGlassReport): PolicyChange {
  const planned = report.policies.filter(({ state }) => state === 'toChange');
  return {
    heading: `${count(planned.length, 'policy', 'policies')} of ${base} will be made ${becomes[action]}:`,
    diff: planned.flatMap((policy) => [`${nameOf(policy)}:`, ...policy.diff.map((line) => `  ${line}`)]),
  };
}

/** What was done, or would be, a sentence for each policy. */
export function breakGlassLines(
  base: string,
  action: BreakGlassAction,
  { policies, misspelt, refused }: BreakGlassReport,
  { dryRun, identity, note }: { dryRun: boolean; identity: string | undefined; note: AuditNote | undefined },
): string[] {
  return [
    ...policies.flatMap((policy) => [...linesOf(action, policy, dryRun), ...authorLine(policy, identity)]),
    ...severalIdentities(policies, identity),
    ...misspelt.map(
      ({ project, policyId, context, place }) =>
        `Policy ${policyId} of project ${project.name} blocks, too, for ${place}, and is left as it is: it requires "${context}", which ` +
        'only looks like ours. If it is in the way, make it optional in the branch policies of Azure DevOps.',
    ),
    ...refused.map(({ project, reason }) => `The policies of project ${project.name} could not be read: ${reason}`),
    ...summary(base, action, { policies, misspelt, refused }, dryRun),
    ...(note === undefined ? [] : [note.isRecorded ? 'The audit log of Portcullis has it.' : notRecorded(note.reason)]),
  ];
}

function linesOf(action: BreakGlassAction, policy: BreakGlassPolicy, dryRun: boolean): string[] {
  const name = nameOf(policy);
  const more = policy.note === null ? '' : ` ${policy.note}`;
  switch (policy.state) {
    case 'changed':
      return [`${name}, is ${becomes[action]}.${more}`];
    case 'toChange':
      return dryRun
        ? [`${name}, would be made ${becomes[action]}:${more}`, ...policy.diff.map((line) => `  ${visible(line)}`)]
        : [];
    case 'failed':
      return [`${name}, was not changed:${more}`];
    case 'left':
      return [`${name}:${more}`];
    case 'asItShouldBe':
      return [`${name}, is ${action === 'suspend' ? 'suspended already' : 'blocking already'}.`];
  }
}

function authorLine({ project, policyId, authorId }: BreakGlassPolicy, identity: string | undefined): string[] {
  if (identity === undefined || authorId === identity) return [];
  const name = `Policy ${policyId} of project ${project.name}`;
  return authorId === null
    ? [`${name} takes the status from anybody.`]
    : [`${name} takes the status from another identity (${authorId}) than Portcullis posts as (${identity}).`];
}

/** Where the account is not known, that there are several is worth a look. */
function severalIdentities(policies: readonly BreakGlassPolicy[], identity: string | undefined): string[] {
  const found = [...new Set(policies.map(({ authorId }) => authorId ?? 'anybody'))];
  return identity !== undefined || found.length < 2
    ? []
    : [
        `They take the status from several identities (${found.join(', ')}): say with --identity which is the right one.`,
      ];
}

function summary(
  base: string,
  action: BreakGlassAction,
  { policies, refused }: BreakGlassReport,
  dryRun: boolean,
): string[] {
  const of = (wanted: BreakGlassPolicy['state']): number => policies.filter(({ state }) => state === wanted).length;
  const changed = count(of('changed'), 'policy', 'policies');
  const isLeft = refused.length > 0 || of('failed') > 0;
  const again = isLeft ? ['What was named above is not done: run this again once it is mended.'] : [];
  if (dryRun && of('toChange') > 0) return ['Nothing was written.'];
  if (of('changed') === 0) {
    const what = action === 'suspend' ? 'no branch policy of ours is blocking' : 'no branch policy is suspended';
    return of('failed') > 0 || of('toChange') > 0 ? again : [`There is nothing to do: ${what} in ${base}.`, ...again];
  }
  return action === 'suspend'
    ? [
        `${changed} of ${base} suspended: what they cover is completed whatever the verdict is. portcullis policy restore ` +
          `--all ${base} makes exactly these blocking again.`,
        ...again,
      ]
    : [`${changed} of ${base} restored: pull requests need the verdict again.`, ...again];
}

function notRecorded(reason: string): string {
  return `Portcullis' audit log does not have it: ${reason} The history of each policy in Azure DevOps tells who did it.`;
}

function nameOf({ project, policyId, context, place }: BreakGlassPolicy): string {
  return `Policy ${policyId} of project ${project.name} (${context}), for ${place}`;
}
