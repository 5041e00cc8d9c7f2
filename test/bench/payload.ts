import { randomUUID } from 'node:crypto';

/** What every receiver of the benchmark is told: names and ids are invented, or documented as examples. */
export const CONNECTION_ID = 'contoso';
export const ORGANIZATION_ID = '0d4cf4f4-95a3-4a31-8b6e-4e4bd3ff2a10';
export const HOOK_PASSWORD = 'the-password-of-the-benchmark';
export const HOOK_PATH = `/api/service-hooks/${CONNECTION_ID}`;

const REPOSITORY_ID = '7f9c1c53-0d0f-4a43-9a3a-2b1f6f3c8e55';
const PROJECT_ID = 'b1a2f6d4-36e4-4c57-9d3d-0e0a3b9d7c21';
const API = 'https://dev.azure.com/contoso/_apis/git/repositories';
const WEB = 'https://dev.azure.com/contoso/Shop/_git/web';

/** The body of a `git.pullrequest.created` hook of resource version 1.0, about 6.4 kB as Azure DevOps sends them. */
export function hookBody(pullRequestId: number, notificationId = pullRequestId): string {
  const number = `pull request ${pullRequestId}`;
  const said = `Ada Author created ${number} (${TITLE}) in web`;
  const text = `${said}\r\n${WEB}/`;
  const html = `Ada Author created <a href="${WEB}/pullrequest/${pullRequestId}/">${number}</a> (${TITLE}) in <a href="${WEB}/">web</a>`;
  const markdown = `Ada Author created [${number}](${WEB}/pullrequest/${pullRequestId}/) (${TITLE}) in [web](${WEB}/)`;
  const baseUrl = 'https://dev.azure.com/contoso/';
  return JSON.stringify({
    subscriptionId: 'c3f2e2ac-3a51-4a5b-8f0f-70f4ef5cf3d9',
    notificationId,
    id: randomUUID(),
    eventType: 'git.pullrequest.created',
    publisherId: 'tfs',
    message: { text, html, markdown },
    detailedMessage: {
      text: `${text}\r\n\r\n- Merge status: Succeeded\r\n- Merge commit: 4f6e3a91c2(${commit(MERGE).url})\r\n`,
      html: `${html}<ul><li>Merge status: Succeeded</li><li>Merge commit: <a href="${commit(MERGE).url}">4f6e3a91c2</a></li></ul>`,
      markdown: `${markdown}\r\n\r\n+ Merge status: Succeeded\r\n+ Merge commit: [4f6e3a91c2](${commit(MERGE).url})\r\n`,
    },
    resource: resource(pullRequestId),
    resourceVersion: '1.0',
    resourceContainers: {
      collection: { id: ORGANIZATION_ID, baseUrl },
      account: { id: '5a0a9d4e-2f0a-4f55-9b3f-63d4be4b7f7e', baseUrl },
      project: { id: PROJECT_ID, baseUrl },
    },
    createdDate: '2026-11-02T09:41:07.8137152Z',
  });
}

const TITLE = 'Greet customers by the name they gave at checkout';
const DESCRIPTION =
  'Customers asked to be greeted when they come back to the shop. The greeting takes the name from the last order, ' +
  'falls back to a neutral one when there is none, and is never longer than one line on a phone. ' +
  'Tested by hand on the three browsers we support, and by the unit tests of the header.';
const MERGE = '4f6e3a91c28f1f5be23b6fd0f0a8f5a4d9c07b61';
const SOURCE = 'a51c0be7d90e6dbb4f8f2d1f39f7f9e5b6f24c08';
const TARGET = '0be7a51c6dbb4f8f2d90e6d1f39f7f9e5b6f24c8';

function resource(pullRequestId: number): Record<string, unknown> {
  const url = `${API}/${REPOSITORY_ID}/pullRequests/${pullRequestId}`;
  const href = (path: string) => ({ href: `${url}${path}` });
  return {
    repository: {
      id: REPOSITORY_ID,
      name: 'web',
      url: `${API}/${REPOSITORY_ID}`,
      project: {
        id: PROJECT_ID,
        name: 'Shop',
        description: 'Everything that customers see',
        url: `https://dev.azure.com/contoso/_apis/projects/${PROJECT_ID}`,
        state: 'wellFormed',
        revision: 411,
        visibility: 'private',
        lastUpdateTime: '2026-06-11T12:23:37.107Z',
      },
      size: 728_433,
      remoteUrl: WEB,
      sshUrl: 'git@ssh.dev.azure.com:v3/contoso/Shop/web',
      webUrl: WEB,
      isDisabled: false,
      isInMaintenance: false,
    },
    pullRequestId,
    codeReviewId: pullRequestId,
    status: 'active',
    createdBy: person('Ada Author', 'ada@contoso.example', '2f6a1c0e-59d4-4f2a-8f6f-8b0d7a4a1f11'),
    creationDate: '2026-11-02T09:41:05.6120337Z',
    title: TITLE,
    description: DESCRIPTION,
    sourceRefName: 'refs/heads/feature/greeting',
    targetRefName: 'refs/heads/main',
    mergeStatus: 'succeeded',
    isDraft: false,
    mergeId: '9a4a6f7e-35d5-4fd6-8d5e-51f4e7a5c5a3',
    lastMergeSourceCommit: commit(SOURCE),
    lastMergeTargetCommit: commit(TARGET),
    lastMergeCommit: {
      ...commit(MERGE),
      author: { name: 'Ada Author', email: 'ada@contoso.example', date: '2026-11-02T09:41:06Z' },
      committer: { name: 'Ada Author', email: 'ada@contoso.example', date: '2026-11-02T09:41:06Z' },
      comment: `Merge pull request ${pullRequestId} from feature/greeting into main`,
    },
    reviewers: [
      { ...person('Rita Reviewer', 'rita@contoso.example', '91d3f5c0-8f0a-4a5e-bb1d-9f6b0f5e4c22'), vote: 0 },
      { ...person('Shop Owners', 'shop-owners@contoso.example', 'e7a4b1d2-6c3f-4d8e-9a0b-1c2d3e4f5a33'), vote: 0 },
    ],
    url,
    _links: {
      web: { href: `${WEB}/pullrequest/${pullRequestId}` },
      statuses: href('/statuses'),
      iterations: href('/iterations'),
    },
    supportsIterations: true,
    artifactId: `vstfs:///Git/PullRequestId/${PROJECT_ID}%2F${REPOSITORY_ID}%2F${pullRequestId}`,
  };
}

function person(displayName: string, uniqueName: string, id: string): Record<string, unknown> {
  const avatar = `https://dev.azure.com/contoso/_apis/GraphProfile/MemberAvatars/aad.${id.replaceAll('-', '')}`;
  return {
    displayName,
    id,
    uniqueName,
    imageUrl: avatar,
    descriptor: `aad.${id.replaceAll('-', '')}`,
  };
}

function commit(commitId: string): { commitId: string; url: string } {
  return { commitId, url: `${API}/${REPOSITORY_ID}/commits/${commitId}` };
}

/** The Basic header that the hook comes with. */
export const AUTHORIZATION = `Basic ${Buffer.from(`portcullis:${HOOK_PASSWORD}`).toString('base64')}`;
