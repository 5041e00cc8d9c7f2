/**
 * The resource locations that clients discover with `OPTIONS _apis/{area}`: the ids that Microsoft's client libraries have
 * built in, with the route each stands for. Routes that the simulator does not answer are listed too, so that a client
 * reaches the 501 that says so.
 */
export interface Location {
  id: string;
  area: string;
  resourceName: string;
  routeTemplate: string;
  resourceVersion: number;
  /** Preview locations have no released version. */
  isPreview?: boolean;
}

const REPOSITORY = '{project}/_apis/git/repositories/{repositoryId}';
const PULL_REQUEST = `${REPOSITORY}/pullRequests/{pullRequestId}`;

/** [id, resource name, route, resource version] */
type Row = readonly [string, string, string, number?];

const git: readonly Row[] = [
  ['5e8a8081-3851-4626-b677-9891cc04102e', 'annotatedTags', `${REPOSITORY}/annotatedtags/{objectId}`],
  ['7b28e929-2c99-405d-9c5c-6167a06e6816', 'blobs', `${REPOSITORY}/blobs/{sha1}`],
  ['d5b216de-d8d5-4d32-ae76-51df755b16d3', 'branchStats', `${REPOSITORY}/stats/branches/{name}`, 2],
  ['5bf884f5-3e07-42e9-afb8-1b872267bf16', 'changes', `${REPOSITORY}/commits/{commitId}/changes`],
  ['615588d5-c0c7-4b88-88f8-e625306446e8', 'commitDiffs', `${REPOSITORY}/diffs/commits`],
  ['c2570c3b-5b3f-41b8-98bf-5407bfde8d58', 'commits', `${REPOSITORY}/commits/{commitId}`, 2],
  ['6400dfb2-0bcb-462b-b992-5a57f8f1416c', 'commitsBatch', `${REPOSITORY}/commitsBatch`, 2],
  ['c4c5a7e6-e9f3-4730-a92b-84baacff694b', 'fileDiffs', `${REPOSITORY}/fileDiffs`],
  ['158c0340-bf6f-489c-9625-d572a1480d57', 'forks', `${REPOSITORY}/forks/{collectionId}`],
  ['fb93c0db-47ed-4a31-8c20-47552878fb44', 'items', `${REPOSITORY}/items/{*path}`],
  ['630fd2e4-fb88-4f85-ad21-13f3fd1fbca9', 'itemsBatch', `${REPOSITORY}/itemsBatch`],
  ['7cf2abb6-c964-4f7e-9872-f78c66e72e9c', 'mergeBases', `${REPOSITORY}/commits/{commitId}/mergebases`],
  ['985f7ae9-844f-4906-9897-7ef41516c0e2', 'merges', `${REPOSITORY}/merges/{mergeOperationId}`],
  ['2c420070-a0a2-49cc-9639-c9f271c5ff07', 'policyConfigurations', '{project}/_apis/git/policy/configurations'],
  ['965d9361-878b-413b-a494-45d5b5fd8ab7', 'pullRequestAttachments', `${PULL_REQUEST}/attachments/{fileName}`],
  [
    '5f2e2851-1389-425b-a00b-fb2adb3ef31b',
    'pullRequestCommentLikes',
    `${PULL_REQUEST}/threads/{threadId}/comments/{commentId}/likes`,
  ],
  [
    'e7ea0883-095f-4926-b5fb-f24691c26fb9',
    'pullRequestIterationCommits',
    `${PULL_REQUEST}/iterations/{iterationId}/commits`,
  ],
  ['52823034-34a8-4576-922c-8d8b77e9e4c4', 'pullRequestCommits', `${PULL_REQUEST}/commits`],
  ['d840fb74-bbef-42d3-b250-564604c054a4', 'pullRequestConflicts', `${PULL_REQUEST}/conflicts/{conflictId}`],
  [
    '4216bdcf-b6b1-4d59-8b82-c34cc183fc8b',
    'pullRequestIterationChanges',
    `${PULL_REQUEST}/iterations/{iterationId}/changes`,
  ],
  ['d43911ee-6958-46b0-a42b-8445b8a0d004', 'pullRequestIterations', `${PULL_REQUEST}/iterations/{iterationId}`, 2],
  [
    '75cf11c5-979f-4038-a76e-058a06adf2bf',
    'pullRequestIterationStatuses',
    `${PULL_REQUEST}/iterations/{iterationId}/statuses/{statusId}`,
  ],
  ['f22387e3-984e-4c52-9c6d-fbb8f14c812d', 'pullRequestLabels', `${PULL_REQUEST}/labels/{labelIdOrName}`],
  ['48a52185-5b9e-4736-9dc1-bb1e2feac80b', 'pullRequestProperties', `${PULL_REQUEST}/properties`],
  ['b3a6eebe-9cf0-49ea-b6cb-1a4c5f5007b0', 'pullRequestQuery', `${REPOSITORY}/pullRequestQuery`],
  ['4b6702c7-aa35-4b89-9c96-b9abf6d3e540', 'pullRequestReviewers', `${PULL_REQUEST}/reviewers/{reviewerId}`],
  ['01a46dea-7d46-4d40-bc84-319e7c260d99', 'pullRequestsById', '{project}/_apis/git/pullRequests/{pullRequestId}', 2],
  ['a5d28130-9cd2-40fa-9f08-902e7daa9efb', 'pullRequestsByProject', '{project}/_apis/git/pullRequests', 2],
  ['9946fd70-0d40-406e-b686-b4744cbbcc37', 'pullRequests', PULL_REQUEST, 2],
  ['696f3a82-47c9-487f-9117-b9d00972ca84', 'pullRequestShare', `${PULL_REQUEST}/share`],
  ['b5f6bb4f-8d1e-4d79-8d11-4c9172c99c35', 'pullRequestStatuses', `${PULL_REQUEST}/statuses/{statusId}`],
  [
    '965a3ec7-5ed8-455a-bdcb-835a5ea7fe7b',
    'pullRequestThreadComments',
    `${PULL_REQUEST}/threads/{threadId}/comments/{commentId}`,
  ],
  ['ab6e2e5d-a0b7-4153-b64a-a4efe0d49449', 'pullRequestThreads', `${PULL_REQUEST}/threads/{threadId}`],
  ['0a637fcc-5370-4ce8-b0e8-98091f5f9482', 'pullRequestWorkItems', `${PULL_REQUEST}/workitems`],
  ['ea98d07b-3c87-4971-8ede-a613694ffb55', 'pushes', `${REPOSITORY}/pushes/{pushId}`, 3],
  ['2d874a60-a811-4f62-9c9f-963a6ea0a55b', 'refs', `${REPOSITORY}/refs`, 2],
  ['225f7195-f9c7-4d14-ab28-a83f7ff77e1f', 'repositories', REPOSITORY, 2],
  ['82aea7e8-9501-45dd-ac58-b069aa73b926', 'repositoriesPaged', '{project}/_apis/git/repositoriesPaged'],
  ['428dd4fb-fda5-4722-af02-9313b80305da', 'statuses', `${REPOSITORY}/commits/{commitId}/statuses`, 2],
  ['9393b4fb-4445-4919-972b-9ad16f442d83', 'suggestions', `${REPOSITORY}/suggestions`],
  ['729f6437-6f92-44ec-8bee-273a7111063c', 'trees', `${REPOSITORY}/trees/{sha1}`],
];

const core: readonly Row[] = [
  ['603fe2ac-9723-48b9-88ad-09305aa6c6e1', 'projects', '_apis/projects/{*projectId}', 4],
  ['8031090f-ef1d-4af6-85fc-698cd75d42bf', 'projectCollections', '_apis/projectCollections/{collectionId}', 2],
  ['4976a71a-4487-49aa-8aab-a1eda469037a', 'projectProperties', '_apis/projects/{projectId}/properties'],
  ['d30a3dd1-f8ba-442a-b86a-bd0c0c383e59', 'teams', '_apis/projects/{projectId}/teams/{*teamId}', 3],
  ['7a4d9ee9-3433-4347-b47a-7a80f1cf307e', 'allTeams', '_apis/teams', 3],
  ['294c494c-2600-4d7e-b76c-3dd50c3c95be', 'members', '_apis/projects/{projectId}/teams/{teamId}/members', 2],
];

const wit: readonly Row[] = [
  ['72c7ddf8-2cdc-4f60-90cd-ab71c14a399b', 'workItems', '{project}/_apis/wit/workItems/{id}', 3],
  ['62d3d110-0047-428c-ad3c-4fe872c91c74', 'workItems', '{project}/_apis/wit/workItems/${type}', 3],
  ['908509b6-4248-4475-a1cd-829139ba419f', 'workItemsBatch', '{project}/_apis/wit/workItemsBatch'],
  ['a9a9aa7a-8c09-44d3-ad1b-46e855c1e3d3', 'artifactUriQuery', '{project}/_apis/wit/artifactUriQuery'],
  ['1a9c53f7-f243-4447-b110-35ef023636e4', 'wiql', '{project}/{team}/_apis/wit/wiql', 2],
  ['7c8d7a76-4a09-43e8-b5df-bd792f4ac6aa', 'workItemTypes', '{project}/_apis/wit/workItemTypes/{type}', 2],
  [
    '608aac0a-32e1-4493-a863-b9cf4566d257',
    'comments',
    '{project}/_apis/wit/workItems/{workItemId}/comments/{commentId}',
    3,
  ],
];

const policy: readonly Row[] = [
  ['dad91cbe-d183-45f8-9c6e-9c1164472121', 'configurations', '{project}/_apis/policy/configurations/{configurationId}'],
  ['46aecb7a-5d2c-4647-897b-0209505a9fe4', 'evaluations', '{project}/_apis/policy/evaluations/{evaluationId}'],
  ['c23ddff5-229c-4d04-a80b-0fdce9f360c8', 'evaluations', '{project}/_apis/policy/evaluations'],
  [
    'fe1e68a2-60d3-43cb-855b-85e41ae97c95',
    'revisions',
    '{project}/_apis/policy/configurations/{configurationId}/revisions/{revisionId}',
  ],
  ['44096322-2d3d-466a-bb30-d1b7de69f61f', 'types', '{project}/_apis/policy/types/{typeId}'],
];

const hooks: readonly Row[] = [
  ['fc50d02a-849f-41fb-8af1-0a5216103269', 'subscriptions', '_apis/hooks/subscriptions/{subscriptionId}'],
  [
    '0c62d343-21b0-4732-997b-017fde84dc28',
    'notifications',
    '_apis/hooks/subscriptions/{subscriptionId}/notifications/{notificationId}',
  ],
  ['1e83a210-5b53-43bc-90f0-d476a4e5d731', 'publishers', '_apis/hooks/publishers/{publisherId}'],
  [
    'db4777cd-8e08-4a84-8ba3-c974ea033718',
    'eventTypes',
    '_apis/hooks/publishers/{publisherId}/eventTypes/{eventTypeId}',
  ],
  ['4301c514-5f34-4f5d-a145-f0ea7b5b7d19', 'consumers', '_apis/hooks/consumers/{consumerId}'],
  ['1139462c-7e27-4524-a997-31b9b73551fe', 'testNotifications', '_apis/hooks/testNotifications/{notificationId}'],
  ['1a57562f-160a-4b5c-9185-905e95b39d36', 'notificationsQuery', '_apis/hooks/notificationsQuery'],
];

const location: readonly Row[] = [
  ['e81700f7-3be2-46de-8624-2eb35882fcaa', 'ResourceAreas', '_apis/ResourceAreas/{areaId}'],
  ['00d9565f-ed9c-4a06-9a50-00e7896ccab4', 'ConnectionData', '_apis/connectionData'],
  ['d810a47d-f4f4-4a62-a03f-fa1860585c4c', 'ServiceDefinitions', '_apis/ServiceDefinitions/{serviceType}/{identifier}'],
];

const identities: readonly Row[] = [
  ['28010c54-d0c0-4c89-a5b0-1c9e188b9fb7', 'Identities', '_apis/Identities/{identityId}'],
];

const security: readonly Row[] = [
  ['ce7b9f95-fde9-4be8-a86d-83b366f0b87a', 'SecurityNamespaces', '_apis/{resource}/{securityNamespaceId}'],
  ['18a2ad18-7571-46ae-bec7-0c7da1495885', 'AccessControlLists', '_apis/{resource}/{securityNamespaceId}'],
  ['ac08c8ff-4323-4b08-af90-bcd018d380ce', 'AccessControlEntries', '_apis/{resource}/{securityNamespaceId}'],
  ['dd3b8bd6-c7fc-4cbd-929a-933d9c011c9d', 'Permissions', '_apis/{resource}/{securityNamespaceId}/{permissions}', 2],
  ['cf1faa59-1b63-4448-bf04-13d981a46f5d', 'PermissionEvaluationBatch', '_apis/Security/{resource}'],
];

const PREVIEW_ONLY = new Set(['connectiondata', 'evaluations', 'filediffs', 'suggestions', 'comments']);

const area = (name: string, rows: readonly Row[]): Location[] =>
  rows.map(([id, resourceName, routeTemplate, resourceVersion = 1]) => ({
    id,
    area: name,
    resourceName,
    routeTemplate,
    resourceVersion,
    ...(PREVIEW_ONLY.has(resourceName.toLowerCase()) ? { isPreview: true } : {}),
  }));

export const locations: readonly Location[] = [
  ...area('git', git),
  ...area('core', core),
  ...area('wit', wit),
  ...area('policy', policy),
  ...area('hooks', hooks),
  ...area('Location', location),
  ...area('IMS', identities),
  ...area('Security', security),
];

/** [id, name]; every area is served by the organization itself, as on a Server. */
export const resourceAreas: readonly (readonly [string, string])[] = [
  ['4e080c62-fa21-4fbc-8fef-2a10a2b38049', 'git'],
  ['79134c72-4a58-4b42-976c-04e7115f32bf', 'core'],
  ['5264459e-e5e0-4bd8-b118-0985e68a4ec5', 'wit'],
  ['fb13a388-40dd-4a04-b530-013a739c72ef', 'policy'],
  ['965220d5-5bb9-42cf-8d67-9b146df2a5a4', 'build'],
  ['bb1e7ec9-e901-4b68-999a-de7012b920f8', 'graph'],
  ['8a3d49b8-91f0-46ef-b33d-dda338c25db3', 'ims'],
  ['a85b8835-c1a1-4aac-ae97-1c3d0ba72dbd', 'distributedtask'],
];
