import { AzureDevOpsError } from '../errors';
import type { PullRequest, State, Status } from '../state-model';
import type { Judgement } from './judgement';
import { currentRevision, policiesOfBranch } from './policies-in-force';
import { statusSettingsSchema, type StatusSettings } from './policy-settings';
import { STATUS_POLICY } from './policy-types';

export const statusNameOf = ({ statusGenre, statusName }: StatusSettings): string =>
  statusGenre ? `${statusGenre}/${statusName}` : statusName;

const isOfPolicy = ({ context }: Pick<Status, 'context'>, settings: StatusSettings): boolean =>
  context.name === settings.statusName && (context.genre ?? '') === (settings.statusGenre ?? '');

const isAuthorized = (authorId: string, settings: StatusSettings): boolean =>
  !settings.authorId || settings.authorId.toLowerCase() === authorId;

/**
 * The newest row of the policy's context counts, out of those that the authorized identity posted and that speak of the
 * code as it is now: bound to the newest iteration or, without reset, to none. A pull request without iterations is reset by each push, too.
 */
export function judgeStatus(pullRequest: PullRequest, settings: StatusSettings): Judgement {
  const name = statusNameOf(settings);
  const posted = pullRequest.statuses.filter(
    (status) => isOfPolicy(status, settings) && isAuthorized(status.createdById, settings),
  );
  if (settings.policyApplicability === 1 && posted.length === 0) {
    return { status: 'notApplicable', reason: `${name} has not been posted.` };
  }
  const newest = pullRequest.iterations.at(-1)?.id;
  const resets = settings.invalidateOnSourceUpdate === true;
  const isOfPush = ({ id }: Status): boolean => newest === undefined && id >= (pullRequest.firstStatusOfPush ?? 0);
  const latest = posted
    .filter((status) =>
      status.iterationId === undefined ? !resets || isOfPush(status) : status.iterationId === newest,
    )
    .reduce<Status | undefined>((last, status) => (last && last.id > status.id ? last : status), undefined);
  if (!latest) return { status: 'queued', reason: `Waiting for ${name}.` };
  const said = latest.description ?? `${name} is ${latest.state}.`;
  const decided = { reason: said, decidedDate: latest.creationDate };
  switch (latest.state) {
    case 'succeeded':
      return { status: 'approved', ...decided };
    case 'notApplicable':
      return { status: 'notApplicable', ...decided };
    case 'failed':
    case 'error':
      return { status: 'rejected', ...decided };
    case 'notSet':
    case 'pending':
      return { status: 'queued', reason: said };
  }
}

/**
 * Holds a status that somebody wants to post against the status policies of its branch.
 *
 * @throws AzureDevOpsError 403 for a status of another than the authorized identity, and for one without an iteration where
 * the policy resets with each
 */
export function requirePostable(
  state: State,
  pullRequest: PullRequest,
  status: Pick<Status, 'context' | 'iterationId' | 'createdById'>,
): void {
  for (const policy of policiesOfBranch(state, pullRequest.repositoryId, pullRequest.targetRefName)) {
    if (policy.typeId !== STATUS_POLICY) continue;
    const settings = statusSettingsSchema.parse(currentRevision(policy).settings);
    if (!isOfPolicy(status, settings)) continue;
    if (!isAuthorized(status.createdById, settings)) {
      throw rejected('Status Author should match status policy configuration settings');
    }
    const resets = settings.invalidateOnSourceUpdate === true && pullRequest.iterations.length > 0;
    if (resets && status.iterationId === undefined) {
      throw rejected('Policy configuration requires status to be posted on iteration');
    }
  }
}

const rejected = (reason: string): AzureDevOpsError =>
  new AzureDevOpsError(
    403,
    'GitPullRequestStatusRejectedByPolicyException',
    `Pull request status rejected by status policy. ${reason}`,
  );
