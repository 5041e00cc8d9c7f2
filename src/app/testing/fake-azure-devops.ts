import { Failure, type FailureKind } from '../../core/failures';
import { listedFingerprint, type ListedPullRequest } from '../../core/listed';
import { sessionId } from '../../core/messages';
import { THREAD_KIND, SUMMARY } from '../../core/plan-threads';
import type { Identity, PullRequestDetails, PullRequestKey, SliceName, Vote } from '../../core/snapshot';
import type {
  AzureDevOps,
  BranchPolicy,
  Connection,
  DoorCredential,
  GroupRead,
  ListedRepository,
  ListedReviewer,
  PolicyRevision,
  PostedStatus,
  StatusToPost,
  Thread,
  ThreadStatus,
  ThreadToCreate,
} from '../ports';

import { createFakePullRequest, type FakePullRequest } from './fake-pull-request';
import { key as theKey, organizationId } from './samples';
import type { TestClock } from './test-clock';
import type { Wire } from './wire';

/** The operations that change something in Azure DevOps. */
export const writeOperations: readonly string[] = [
  'postStatus',
  'createThread',
  'updateComment',
  'updateThreadStatus',
  'deleteComment',
  'addReviewer',
  'reply',
];

export interface FakeAzureDevOps {
  /** The door for whoever has the credential; a text is a PAT. */
  connect: (connection: Pick<Connection, 'url'>, credential: DoorCredential | string) => AzureDevOps;
  pullRequest: FakePullRequest;
  /** PATs and tokens, and the accounts behind them; any other is refused. */
  accounts: Map<string, Identity>;
  /** Ids of the projects that the account behind a PAT sees; all of them, where nothing is said. */
  visibleProjects: Map<string, string[]>;
  /** Ids of repositories that the account behind a PAT does not see. */
  hiddenRepositories: Map<string, string[]>;
  /** Slices that the PAT may not read, with the scope that is missing: only a probe tells. */
  missingScopes: Map<SliceName, string>;
  /** Groups by their names in lower case. */
  groups: Map<string, GroupRead>;
  /** From now on reads of the pull request answer what was true so many seconds ago. */
  answerLate(seconds: number): void;
  /** Active pull requests that a list shows beside the one, in its project or in another; nothing more is there of them. */
  listElsewhere(project: { id: string; name: string }, pullRequests: ListedPullRequest[]): void;
  /** Projects beside the one; may be changed, as people do. */
  otherProjects: { id: string; name: string }[];
  /** Repositories beside the one that the pull request is in. */
  otherRepositories: ListedRepository[];
  /** Ids of projects that keep their code in TFVC alone. */
  tfvcProjects: Set<string>;
  /** Branch policies by the id of their project. */
  statusPolicies: Map<string, BranchPolicy[]>;
  /** What was ever written of a branch policy, by its id, newest first. */
  policyRevisions: Map<number, PolicyRevision[]>;
  /** Pull requests beside the one, in whatever repository, by number: only looked up, never judged. */
  others: Map<number, PullRequestDetails>;
  /** What other people write, past the wire. */
  postStatusAs(author: Identity, status: StatusToPost): PostedStatus;
  deleteStatus(id: number): void;
  createThreadAs(author: Identity, thread: Omit<ThreadToCreate, 'status'> & { status: ThreadStatus }): Thread;
  replyAs(author: Identity, threadId: number, content: string): void;
  /** Somebody votes, which the service tells in a thread of its own. */
  voteAs(reviewer: Identity, vote: Vote): void;
  /** Anybody who may contribute can change the properties of anybody's thread. */
  markThread(threadId: number, properties: Record<string, string>): void;
  recorded: {
    statuses(): PostedStatus[];
    threads(): Thread[];
    /** Threads that are marked as summaries and still have their text. */
    summaries(): Thread[];
    /** The writes that took effect, in order. */
    writes(): string[];
    /** What was asked with a PAT or a token, in order. */
    askedWith(secret: string): string[];
  };
}

/** Azure DevOps with one pull request (`key` of samples.ts) in it. It appends, refuses and forgets as the real one does. */
export function createFakeAzureDevOps(wire: Wire, clock: TestClock): FakeAzureDevOps {
  const pullRequest = createFakePullRequest(clock);
  const accounts = new Map<string, Identity>();
  const hiddenRepositories = new Map<string, string[]>();
  const visibleProjects = new Map<string, string[]>();
  const asked: { secret: string; operation: string }[] = [];
  const statuses: PostedStatus[] = [];
  const threads: Thread[] = [];
  const otherProjects: { id: string; name: string }[] = [];
  const elsewhere = new Map<string, ListedPullRequest[]>();
  const others = new Map<number, PullRequestDetails>();
  const missingScopes = new Map<SliceName, string>();
  const groups = new Map<string, GroupRead>();
  const otherRepositories: ListedRepository[] = [];
  const tfvcProjects = new Set<string>();
  const statusPolicies = new Map<string, BranchPolicy[]>();
  const policyRevisions = new Map<number, PolicyRevision[]>();
  let lateBy = 0;
  let lastId = 100;
  const nextId = (): number => (lastId += 3);

  const threadOf = (id: number): Thread => {
    const thread = threads.find((candidate) => candidate.id === id);
    return thread ?? refuse('notFound', `There is no thread ${id}.`);
  };
  const ownComment = (author: Identity, threadId: number, commentId: number): Thread['comments'][number] => {
    const comment = threadOf(threadId).comments.find(({ id }) => id === commentId);
    if (!comment || comment.isDeleted) return refuse('notFound', `There is no comment ${commentId}.`);
    return comment.author.id === author.id ? comment : refuse('permissionMissing', 'Only its author edits a comment.');
  };
  const postStatusAs: FakeAzureDevOps['postStatusAs'] = (author, status) => {
    const { details, iterations } = pullRequest.seen(0);
    if (details.supportsIterations && status.iterationId === null) {
      return refuse('permissionMissing', 'A branch policy wants statuses to be posted on an iteration.');
    }
    if (status.iterationId !== null && !iterations.some(({ id }) => id === status.iterationId)) {
      return refuse('unexpected', `There is no iteration ${status.iterationId}.`);
    }
    const { iterationId, genre, name, state, description, targetUrl } = status;
    const row = { id: nextId(), iterationId, genre, name, state, description, targetUrl, author };
    statuses.push(row);
    return row;
  };
  const createThreadAs: FakeAzureDevOps['createThreadAs'] = (author, { content, status, properties }) => {
    const comment = { id: 1, author, content, isDeleted: false, isSystem: false };
    const thread = { id: nextId(), status, isDeleted: false, properties: { ...properties }, comments: [comment] };
    threads.push(thread);
    return thread;
  };
  const replyAs: FakeAzureDevOps['replyAs'] = (author, threadId, content) => {
    const { comments } = threadOf(threadId);
    comments.push({ id: comments.length + 1, author, content, isDeleted: false, isSystem: false });
  };
  const voteAs: FakeAzureDevOps['voteAs'] = (reviewer, vote) => {
    pullRequest.change(({ reviewers }) => {
      const others = reviewers.filter(({ identity }) => identity.id !== reviewer.id);
      const rest = { identity: reviewer, isGroup: false, isRequired: false };
      reviewers.splice(0, Infinity, ...others, { ...rest, vote });
    });
    const content = `${reviewer.displayName} voted ${vote}`;
    const told = createThreadAs(service, { content, status: 'unknown', properties: {} });
    told.comments.forEach((comment) => (comment.isSystem = true));
    told.vote = { voterId: reviewer.id, vote, castAt: clock.now().toISOString() };
  };
  const tellReviewer = (id: string): void => {
    const told = createThreadAs(service, { content: 'changed the reviewers', status: 'unknown', properties: {} });
    told.comments.forEach((comment) => (comment.isSystem = true));
    told.reviewers = [id];
  };
  const deleteComment = (author: Identity, threadId: number, commentId: number): void => {
    const comment = ownComment(author, threadId, commentId);
    comment.isDeleted = true;
    comment.content = '';
    const thread = threadOf(threadId);
    thread.isDeleted = thread.comments.every(({ isDeleted }) => isDeleted);
  };

  // Azure DevOps writes threads of its own, without a status.
  const system = createThreadAs(pullRequest.seen(0).details.author, {
    content: 'created',
    status: 'unknown',
    properties: {},
  });
  system.comments.forEach((comment) => (comment.isSystem = true));

  const listed = (): ListedPullRequest => {
    const { details, headCommit, reviewers } = pullRequest.seen(lateBy);
    const votes = votesOf(reviewers);
    const { title, isDraft, targetBranch } = details;
    const description = details.description.slice(0, 400);
    const place = { repositoryId: details.repository.id, pullRequestId: details.id };
    return { ...place, title, description, isDraft, targetBranch, headCommit, votes };
  };

  const connect: FakeAzureDevOps['connect'] = (_, credential) => {
    const isPat = typeof credential === 'string' || credential.kind === 'pat';
    const secret = typeof credential === 'string' ? credential : isPat ? credential.pat : credential.token;
    const sees = (projectId: string): boolean => visibleProjects.get(secret)?.includes(projectId) ?? true;
    const ask = <T>(operation: string, act: (myself: Identity) => T): Promise<T> =>
      wire.call(operation, () => {
        asked.push({ secret, operation });
        const refusal = `Azure DevOps refused the ${isPat ? 'PAT' : 'Entra token'}.`;
        return structuredClone(act(accounts.get(secret) ?? refuse('credentialRefused', refusal)));
      });
    const askAbout = <T>(operation: string, key: PullRequestKey, act: (myself: Identity) => T): Promise<T> =>
      ask(operation, (myself) => {
        const isThere = sessionId(key) === sessionId(theKey);
        return isThere && sees(pullRequest.seen(0).details.project.id)
          ? act(myself)
          : refuse('notFound', `TF401019: pull request ${key.pullRequestId} does not exist.`);
      });
    return {
      readMyself: () => ask('readMyself', (identity) => ({ identity, organizationIds: [organizationId] })),
      readRepository: (named) =>
        ask('readRepository', () => {
          const { repository, project } = pullRequest.seen(0).details;
          const isThere = sees(project.id) && [project.id, project.name].includes(named);
          return isThere ? { ...repository, project } : refuse('notFound', `There is no project ${named}.`);
        }),
      findRepository: (id) =>
        ask('findRepository', () => {
          const { repository, project } = pullRequest.seen(0).details;
          return id === repository.id && sees(project.id)
            ? { ...repository, project }
            : refuse('notFound', `There is no repository ${id}.`);
        }),
      readRepositories: (projectId) =>
        ask('readRepositories', () => {
          const { repository, project } = pullRequest.seen(0).details;
          const own = { defaultBranch: 'refs/heads/main', size: 1_000, isDisabled: false, fork: null };
          return [{ ...repository, project, ...own }, ...otherRepositories].filter(
            ({ id, project: { id: of } }) =>
              sees(of) && !hiddenRepositories.get(secret)?.includes(id) && (projectId ?? of) === of,
          );
        }),
      readVersionControl: (projectId) =>
        ask('readVersionControl', () => ({ git: !tfvcProjects.has(projectId), tfvc: tfvcProjects.has(projectId) })),
      readStatusPolicies: (projectId) => ask('readStatusPolicies', () => statusPolicies.get(projectId) ?? []),
      readPolicyRevisions: (_, policyId) => ask('readPolicyRevisions', () => policyRevisions.get(policyId) ?? []),
      probe: (slice) =>
        ask('probe', () => {
          const scope = missingScopes.get(slice);
          if (scope === undefined) return;
          throw new Failure({
            kind: 'permissionMissing',
            message: `The PAT of this connection lacks the scope ${scope}.`,
            remedy: `needs PAT scope ${scope}`,
          });
        }),
      readPullRequest: (key) =>
        askAbout('readPullRequest', key, () => {
          const { details, headCommit, baseCommit, merge, reviewers } = pullRequest.seen(lateBy);
          const listed = listedFingerprint({ ...details, headCommit, votes: votesOf(reviewers) });
          return {
            ...details,
            headCommit,
            baseCommit,
            merge: { ok: true, value: merge },
            reviewers: { ok: true, value: reviewers },
            listed,
          };
        }),
      findPullRequest: (pullRequestId, projectId) =>
        ask(projectId === undefined ? 'findPullRequest' : 'findPullRequest of the project', () => {
          const other = others.get(pullRequestId);
          const isThere = other && sees(other.project.id) && (projectId ?? other.project.id) === other.project.id;
          return isThere ? other : refuse('notFound', `There is no pull request ${pullRequestId}.`);
        }),
      readProjects: () =>
        ask('readProjects', () => [pullRequest.seen(0).details.project, ...otherProjects].filter(({ id }) => sees(id))),
      readActivePullRequests: (projectId, repositoryId) =>
        ask('readActivePullRequests', () => {
          if (!sees(projectId)) return refuse('notFound', `There is no project ${projectId}.`);
          const { details } = pullRequest.seen(lateBy);
          const isHere = projectId === details.project.id && details.status === 'active';
          const all = [...(isHere ? [listed()] : []), ...(elsewhere.get(projectId) ?? [])];
          return all.filter((each) => repositoryId === undefined || each.repositoryId === repositoryId);
        }),
      readIterations: (key) => askAbout('readIterations', key, () => pullRequest.seen(lateBy).iterations),
      readChanges: (key, { sourceCommit }) =>
        askAbout('readChanges', key, () => pullRequest.changedFiles(sourceCommit)),
      readLineCounts: (key, changes) => askAbout('readLineCounts', key, () => changes.map(pullRequest.lineCount)),
      readCommits: (key) => askAbout('readCommits', key, () => pullRequest.seen(lateBy).commits),
      readWorkItems: (key) => askAbout('readWorkItems', key, () => pullRequest.seen(lateBy).workItems),
      readLabels: (key) => askAbout('readLabels', key, () => pullRequest.seen(lateBy).labels),
      readPersonId: (uniqueName) =>
        ask('readPersonId', () => {
          const person = [...accounts.values()].find((each) => each.uniqueName === uniqueName);
          return person?.id ?? refuse('notFound', `There is nobody of the name ${uniqueName}.`);
        }),
      readGroup: (name) =>
        ask('readGroup', () => groups.get(name.toLowerCase()) ?? refuse('notFound', `There is no group ${name}.`)),
      readBehind: (key) => askAbout('readBehind', key, () => pullRequest.seen(lateBy).behind),
      readMergeStrategies: () => ask('readMergeStrategies', () => pullRequest.seen(lateBy).mergeStrategies),
      readTemplate: (key) => askAbout('readTemplate', key, () => pullRequest.seen(lateBy).template),
      readFirstFile: (key, paths, branch) =>
        askAbout('readFirstFile', key, () => {
          const { branchFiles } = pullRequest.seen(lateBy);
          return paths.flatMap((path) => {
            const text = branchFiles[`${branch} ${path}`];
            return text === undefined ? [] : { path, text };
          })[0];
        }),
      readFile: (key, path, branch) =>
        askAbout('readFile', key, () => pullRequest.seen(lateBy).branchFiles[`${branch} ${path}`]),
      readBlob: (key, objectId) => askAbout('readBlob', key, () => pullRequest.textOf(objectId)),
      readStatuses: (key) => askAbout('readStatuses', key, () => statuses),
      readThreads: (key) => askAbout('readThreads', key, () => threads),
      postStatus: (key, status) => askAbout('postStatus', key, (myself) => postStatusAs(myself, status)),
      createThread: (key, thread) => askAbout('createThread', key, (myself) => createThreadAs(myself, thread)),
      updateComment: (key, threadId, commentId, content) =>
        askAbout('updateComment', key, (myself) => {
          ownComment(myself, threadId, commentId).content = content;
        }),
      updateThreadStatus: (key, threadId, status) =>
        askAbout('updateThreadStatus', key, () => {
          threadOf(threadId).status = status;
        }),
      reply: (key, threadId, content) =>
        askAbout('reply', key, (myself) => {
          replyAs(myself, threadId, content);
        }),
      addReviewer: (key, { id, isRequired }) =>
        askAbout('addReviewer', key, () => {
          const group = [...groups.values()].find((each) => each.id === id);
          const identity = { id, displayName: group?.name ?? id, uniqueName: group?.name ?? id };
          pullRequest.change(({ reviewers }) => {
            reviewers.push({ identity, isGroup: group !== undefined, isRequired, vote: 'none' });
          });
          tellReviewer(id);
        }),
      deleteComment: (key, threadId, commentId) =>
        askAbout('deleteComment', key, (myself) => {
          deleteComment(myself, threadId, commentId);
        }),
    };
  };

  return {
    connect,
    pullRequest,
    accounts,
    visibleProjects,
    hiddenRepositories,
    missingScopes,
    otherRepositories,
    tfvcProjects,
    statusPolicies,
    policyRevisions,
    others,
    otherProjects,
    groups,
    answerLate: (seconds) => {
      lateBy = seconds;
    },
    listElsewhere: (project, pullRequests) => {
      if (project.id !== pullRequest.seen(0).details.project.id) otherProjects.push(project);
      elsewhere.set(project.id, pullRequests);
    },
    postStatusAs,
    deleteStatus: (id) => {
      statuses.splice(
        statuses.findIndex((status) => status.id === id),
        1,
      );
    },
    createThreadAs,
    replyAs,
    voteAs,
    markThread: (threadId, properties) => {
      threadOf(threadId).properties = properties;
    },
    recorded: {
      statuses: () => structuredClone(statuses),
      threads: () => structuredClone(threads),
      summaries: () =>
        structuredClone(
          threads.filter(({ properties, comments }) => properties[THREAD_KIND] === SUMMARY && !comments[0]?.isDeleted),
        ),
      writes: () => wire.calls.filter((call) => writeOperations.includes(call)),
      askedWith: (secret) => asked.filter((each) => each.secret === secret).map(({ operation }) => operation),
    },
  };
}

const service: Identity = { id: '00000002-0000-8888-8000-000000000000', displayName: 'The service', uniqueName: '' };

const wireVotes: Record<Vote, number> = {
  approved: 10,
  approvedWithSuggestions: 5,
  none: 0,
  waitingForAuthor: -5,
  rejected: -10,
};

function votesOf(reviewers: readonly ListedReviewer[]): { id: string; vote: number }[] {
  return reviewers.map(({ identity, vote }) => ({ id: identity.id, vote: wireVotes[vote] }));
}

function refuse(kind: FailureKind, message: string): never {
  throw new Failure({ kind, message });
}
