import { createCommit } from './create-commit';
import { accountName, isServer, mailOf, type Flavour } from './flavour';
import { ZERO_ID } from './git-repository';
import { SYSTEM_IDENTITY_KEY } from './identities';
import { seedFiles } from './seed-files';
import type { Simulation } from './simulation';
import type { Identity, State, WorkItem } from './state-model';

const ACCOUNT_ID = 'a7c5e1d2-3b64-4f0a-9d18-5c2e7f901b3a';
const COLLECTION_ID = 'c04d9b7e-61f2-4c8d-8a35-e0b1f2d4a697';
const PROJECT_ID = '5d9a3c70-8e41-4b2f-a6c3-1f7e0d92b8c4';
const WEB_REPOSITORY_ID = '3e7f1b94-2c5d-46a8-b0e9-7d4c8a6f2e13';

/** The organization before anything happened: people, tokens, one project, one empty repository, a few work items. */
export function seedState(now: string, flavour: Flavour): State {
  const person = (key: string, id: string, displayName: string, uniqueName: string): Identity => ({
    id,
    key,
    displayName,
    uniqueName,
  });
  const onServer = isServer({ flavour });
  const organization = onServer ? 'DefaultCollection' : 'contoso';
  const account = (name: string): string => accountName({ flavour }, name);
  const identities = [
    person('bot', '0b1e5f3a-94c7-6d28-b1a0-4e7d2c9f8a51', 'Portcullis', account('portcullis')),
    person('author', '1ada4c6e-58b2-6f90-a3d7-9c0e5b2f7d14', 'Ada Author', account('author')),
    person('reviewer', '2e8f7d15-c3a9-6b46-8e02-d5f1a7b3c690', 'Rex Reviewer', account('reviewer')),
    person('admin', '37c2b8e0-1f6d-6a53-9b84-f0e9d4a2c7b5', 'Olga Admin', account('admin')),
    {
      ...person(
        SYSTEM_IDENTITY_KEY,
        '4f9e0a63-7b2c-6d81-ae57-c8d3b1f5e042',
        `[${organization}]\\Project Collection Service Accounts`,
        `vstfs:///Framework/Generic/${organization}\\Project Collection Service Accounts`,
      ),
      isContainer: true,
    },
  ];
  const token = (name: string, key: string, refused = false): State['tokens'][number] => ({
    token: name,
    identityId: identities.find((identity) => identity.key === key)?.id ?? '',
    refused,
  });
  const workItems = seedWorkItems(now, identities[1]?.id ?? '');
  return {
    schemaVersion: 1,
    flavour,
    organization,
    accountId: ACCOUNT_ID,
    collectionId: COLLECTION_ID,
    identities,
    // Old versions, and the Server, name people in the service's own threads by their ids.
    systemThreads: onServer ? 'tfIds' : 'identities',
    tokens: [
      token('bot-pat', 'bot'),
      token('author-pat', 'author'),
      token('reviewer-pat', 'reviewer'),
      token('admin-pat', 'admin'),
      token('expired-pat', 'bot', true),
    ],
    projects: [
      { id: PROJECT_ID, name: 'Shop', description: 'The web shop of Contoso', revision: 11, lastUpdateTime: now },
    ],
    repositories: [
      {
        id: WEB_REPOSITORY_ID,
        name: 'web',
        projectId: PROJECT_ID,
        defaultBranch: 'refs/heads/main',
        isDisabled: false,
      },
    ],
    permissions: [],
    labels: [],
    pullRequests: [],
    pushes: [],
    workItems,
    subscriptions: [],
    accessControl: [],
    policies: [],
    nextPolicyId: 1,
    nextPullRequestId: 1,
    nextThreadId: 1,
    nextPushId: 1,
    nextWorkItemId: workItems.length + 1,
  };
}

function seedWorkItems(now: string, personId: string): WorkItem[] {
  const rows = [
    ['User Story', 'Active', 'Customers can pay with a voucher'],
    ['Bug', 'New', 'The basket total is wrong after removing a line'],
    ['Task', 'Active', 'Show the stock on the product page'],
    ['User Story', 'New', 'Customers can keep a basket for later'],
    ['Bug', 'Closed', 'Prices lose their cents'],
  ] as const;
  return rows.map(([type, state, title], index) => ({
    id: index + 1,
    rev: 1,
    projectId: PROJECT_ID,
    createdById: personId,
    changedById: personId,
    fields: {
      'System.AreaPath': 'Shop',
      'System.TeamProject': 'Shop',
      'System.IterationPath': 'Shop',
      'System.WorkItemType': type,
      'System.State': state,
      'System.Reason': state === 'New' ? 'New' : 'Moved out of state New',
      'System.CreatedDate': now,
      'System.ChangedDate': now,
      'System.CommentCount': 0,
      'System.Title': title,
      'Microsoft.VSTS.Common.Priority': 2,
    },
    relations: [],
  }));
}

/** Gives a fresh `web` its first commit on `main`. */
export async function seedRepositories(simulation: Simulation): Promise<void> {
  const web = simulation.state.repositories.find((repository) => repository.id === WEB_REPOSITORY_ID);
  const admin = simulation.state.identities.find((identity) => identity.key === 'admin');
  if (!web || !admin) return;
  const git = await simulation.createGit(web);
  const { id, release } = await createCommit(git, {
    message: 'The shop as it stands',
    author: { name: admin.displayName, email: mailOf(admin) },
    date: simulation.clock.now(),
    changes: Object.entries(seedFiles).map(([path, text]) => ({ kind: 'write', path, content: Buffer.from(text) })),
  });
  await git.updateRefs([{ name: 'refs/heads/main', oldObjectId: ZERO_ID, newObjectId: id }, release]);
  simulation.state.pushes.push({
    id: simulation.state.nextPushId++,
    repositoryId: web.id,
    date: simulation.timestamp(),
    pushedById: admin.id,
    refUpdates: [{ name: 'refs/heads/main', oldObjectId: ZERO_ID, newObjectId: id }],
  });
  simulation.changed();
}
