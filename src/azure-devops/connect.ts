import { PolicyApi } from 'azure-devops-node-api/PolicyApi';

import type { AzureDevOps } from '../app/ports';

import { openDoor, type ConnectOptions } from './door';
import { readActivePullRequests } from './read-active-pull-requests';
import { probeSlice } from './probe-slice';
import { createReadBehind } from './read-behind';
import { readGroup } from './read-group';
import { readChanges } from './read-changes';
import { createReadCommits } from './read-commits';
import { readBlob, readFile } from './read-file';
import { createReadFirstFile } from './read-first-file';
import { readIterations } from './read-iterations';
import { readLabels } from './read-labels';
import { readLineCounts } from './read-line-counts';
import { readMergeStrategies } from './read-merge-strategies';
import { readMyself } from './read-myself';
import { readPersonId } from './read-person';
import { readPolicyRevisions, readStatusPolicies } from './policy-administration';
import { readProjects, readVersionControl } from './read-projects';
import { findPullRequest, readPullRequest, readRepository } from './read-pull-request';
import { findRepository, readRepositories } from './read-repositories';
import { readStatuses } from './read-statuses';
import { createReadTemplate } from './read-template';
import { readThreads } from './read-threads';
import { readWorkItems } from './read-work-items';
import { addReviewer } from './write-reviewer';
import { postStatus } from './write-status';
import { createThread, deleteComment, reply, updateComment, updateThreadStatus } from './write-thread';

export type { Credential } from './credential';
export type { ConnectOptions } from './door';
export { lookAtConnection } from './look-at-connection';
export { administerHookRights, type ConnectedHookGranting } from './security-namespaces';
export { connectServiceHooks, type ConnectedServiceHooks } from './service-hook-subscriptions';

/** A connection that holds sockets open between requests: whoever replaces it disposes of it. */
export interface ConnectedAzureDevOps extends AzureDevOps {
  dispose(): void;
}

/**
 * The door to one organization or collection with one credential. Cheap to create, made to be kept: it learns the
 * service's routes once, reuses sockets, and remembers for how long the service wants to be left alone.
 */
export function connectAzureDevOps(options: ConnectOptions): ConnectedAzureDevOps {
  const door = openDoor(options);
  const policies = door.observe(new PolicyApi(door.base, []));
  return {
    readMyself: () => readMyself(door),
    readRepository: (project, repository) => readRepository(door, project, repository),
    findRepository: (repositoryId) => findRepository(door, repositoryId),
    readRepositories: (projectId) => readRepositories(door, projectId),
    probe: (slice) => probeSlice(door, slice),
    readPullRequest: (key) => readPullRequest(door, key),
    findPullRequest: (pullRequestId, projectId) => findPullRequest(door, pullRequestId, projectId),
    readActivePullRequests: (projectId, repositoryId) => readActivePullRequests(door, projectId, repositoryId),
    readProjects: () => readProjects(door),
    readVersionControl: (projectId) => readVersionControl(door, projectId),
    readStatusPolicies: (projectId) => readStatusPolicies(door, policies, projectId),
    readPolicyRevisions: (projectId, policyId) => readPolicyRevisions(door, policies, projectId, policyId),
    readIterations: (key) => readIterations(door, key),
    readChanges: (key, iteration) => readChanges(door, key, iteration),
    readLineCounts: (key, changes) => readLineCounts(door, key, changes),
    readCommits: createReadCommits(door),
    readWorkItems: (key, fields) => readWorkItems(door, key, fields),
    readLabels: (key) => readLabels(door, key),
    readPersonId: (uniqueName) => readPersonId(door, uniqueName),
    readGroup: (name) => readGroup(door, name),
    readBehind: createReadBehind(door),
    readMergeStrategies: (where) => readMergeStrategies(door, where),
    readTemplate: createReadTemplate(door),
    readFile: (key, path, branch) => readFile(door, key, path, branch),
    readFirstFile: createReadFirstFile(door),
    readBlob: (key, objectId) => readBlob(door, key, objectId),
    readStatuses: (key) => readStatuses(door, key),
    readThreads: (key) => readThreads(door, key),
    postStatus: (key, status) => postStatus(door, key, status),
    createThread: (key, thread) => createThread(door, key, thread),
    updateComment: (key, threadId, commentId, content) => updateComment(door, key, threadId, commentId, content),
    updateThreadStatus: (key, threadId, status) => updateThreadStatus(door, key, threadId, status),
    deleteComment: (key, threadId, commentId) => deleteComment(door, key, threadId, commentId),
    addReviewer: (key, reviewer) => addReviewer(door, key, reviewer),
    reply: (key, threadId, content) => reply(door, key, threadId, content),
    dispose: () => door.exchange.dispose(),
  };
}
