import { badRequest } from './errors';
import { deliveryBody, type HookContent } from './hook-payload';
import type { Simulation } from './simulation';
import type { Subscription } from './state-model';

const COMMENT_EVENT = 'ms.vss-code.git-pullrequest-comment-event';

/** The ids never change: every Test of an event has the same one, and two events share theirs. */
const SAMPLES: Readonly<Record<string, { id: string; text: string }>> = {
  'git.pullrequest.created': {
    id: '2ab4e3d3-b7a6-425e-92b1-5a9982c1269e',
    text: 'Jamal Hartnett created a new pull request',
  },
  'git.pullrequest.updated': {
    id: 'af07be1b-f3ad-44c8-a7f1-c4835f2df06b',
    text: 'Jamal Hartnett marked the pull request as completed',
  },
  'git.pullrequest.merged': {
    id: '6872ee8c-b333-4eff-bfb9-0d5274943566',
    text: 'Jamal Hartnett has created a pull request merge commit',
  },
  [COMMENT_EVENT]: {
    id: 'af07be1b-f3ad-44c8-a7f1-c4835f2df06b',
    text: 'Jamal Hartnett has edited a pull request comment',
  },
};

/** Of another organization, and without the base addresses that real deliveries have. */
const CONTAINERS = {
  collection: { id: 'c12d0eb8-e382-443b-9f9c-c52cba5014c2' },
  account: { id: 'f844ec47-a9db-4511-8281-8b63f4eaf94e' },
  project: { id: 'be9b3917-87e6-42a4-a549-2bc06a7a878f' },
};

const API = 'https://fabrikam.visualstudio.com/DefaultCollection/_apis';
const REPOSITORY = `${API}/git/repositories/4bc14d40-c903-45e2-872e-0462c7748079`;

const person = {
  id: '54d125f7-69f7-4191-904f-c5b96b6261c8',
  displayName: 'Jamal Hartnett',
  uniqueName: 'fabrikamfiber4@hotmail.com',
  url: 'https://fabrikam.vssps.visualstudio.com/_apis/Identities/54d125f7-69f7-4191-904f-c5b96b6261c8',
  imageUrl:
    'https://fabrikam.visualstudio.com/DefaultCollection/_api/_common/identityImage?id=54d125f7-69f7-4191-904f-c5b96b6261c8',
};

const commit = (commitId: string): Record<string, unknown> => ({ commitId, url: `${REPOSITORY}/commits/${commitId}` });

function samplePullRequest(status: string): Record<string, unknown> {
  return {
    repository: {
      id: '4bc14d40-c903-45e2-872e-0462c7748079',
      name: 'Fabrikam',
      url: REPOSITORY,
      project: {
        id: '6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c',
        name: 'Fabrikam',
        url: `${API}/projects/6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c`,
        state: 'wellFormed',
      },
      defaultBranch: 'refs/heads/master',
      remoteUrl: 'https://fabrikam.visualstudio.com/DefaultCollection/_git/Fabrikam',
    },
    pullRequestId: 1,
    status,
    createdBy: person,
    creationDate: '2014-06-17T16:55:46.589889Z',
    ...(status === 'completed' ? { closedDate: '2014-06-30T18:59:12.3660573Z' } : {}),
    title: 'my first pull request',
    description: ' - test2\r\n',
    sourceRefName: 'refs/heads/mytopic',
    targetRefName: 'refs/heads/master',
    mergeStatus: 'succeeded',
    mergeId: 'a10bb228-6ba6-4362-abd7-49ea21333dbd',
    lastMergeSourceCommit: commit('53d54ac915144006c2c9e90d2c7d3880920db49c'),
    lastMergeTargetCommit: commit('a511f535b1ea495ee0c903badb68fbc83772c882'),
    lastMergeCommit: commit('eef717f69257a6333f221566c1c987dc94cc0d72'),
    reviewers: [],
    url: `${REPOSITORY}/pullRequests/1`,
  };
}

function sampleComment(): Record<string, unknown> {
  const thread = `${REPOSITORY}/pullRequests/1/threads/5`;
  return {
    id: 2,
    parentCommentId: 1,
    author: person,
    content: 'This is my comment.',
    publishedDate: '2014-06-17T16:55:46.589889Z',
    lastUpdatedDate: '2014-06-17T16:58:33.123889Z',
    lastContentUpdatedDate: '2014-06-17T16:58:33.123889Z',
    commentType: 'text',
    _links: {
      self: { href: `${thread}/comments/2` },
      repository: { href: REPOSITORY },
      threads: { href: thread },
      pullRequests: { href: `${API}/git/pullRequests/1` },
    },
  };
}

/**
 * What the Test button sends: the fixed sample of the event, of a pull request that does not exist here.
 *
 * @throws AzureDevOpsError 400 for an event that the simulator never sends
 */
export function sampleDelivery(
  simulation: Simulation,
  subscription: Subscription,
  notificationId: number,
): { eventId: string; body: string } {
  const sample = SAMPLES[subscription.eventType];
  if (!sample) throw badRequest(`The simulator has no sample of ${subscription.eventType}.`);
  const { id, text } = sample;
  const texts = { text, html: text, markdown: text };
  const pullRequest = samplePullRequest(subscription.eventType === 'git.pullrequest.created' ? 'active' : 'completed');
  const comment = subscription.eventType === COMMENT_EVENT ? sampleComment() : undefined;
  const content: HookContent = {
    id,
    eventType: subscription.eventType,
    message: texts,
    detailedMessage: texts,
    resource: comment ? { comment, pullRequest } : pullRequest,
    ...(comment ? { comment } : {}),
    projectId: CONTAINERS.project.id,
    createdDate: simulation.timestamp(),
  };
  const body = { ...deliveryBody(simulation, subscription, notificationId, content), resourceContainers: CONTAINERS };
  return { eventId: id, body: JSON.stringify(body) };
}
