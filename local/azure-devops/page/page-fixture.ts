import { ada, ago, comment, fileThread, NOW, remy, status, summaryThread, systemThread } from './fixture-parts';
import type { OverviewPageModel, PullRequestPageModel } from './model';

const CHANGES: PullRequestPageModel['changes'] = [
  {
    path: '/src/payments/client.ts',
    changeType: 'edit',
    hunks: [
      {
        oldStart: 10,
        newStart: 10,
        lines: [
          { kind: ' ', text: "import { request } from '../http';" },
          { kind: ' ', text: '' },
          { kind: '-', text: "const endpoint = 'https://pay.contoso.example/v1';" },
          { kind: '+', text: "const endpoint = 'https://pay.contoso.example/v2';" },
          { kind: '+', text: "const accessKey = 'demo-key-0000-0000-not-real';" },
          { kind: ' ', text: '' },
          { kind: ' ', text: 'export async function charge(card: Card, cents: number): Promise<Receipt> {' },
          { kind: '-', text: '  return request(`${endpoint}/charges`, { card, cents });' },
          { kind: '+', text: '  if (card.isExpired) throw new ExpiredCardError(card.last4);' },
          { kind: '+', text: '  return request(`${endpoint}/charges`, { card, cents, accessKey });' },
          { kind: ' ', text: '}' },
        ],
      },
      {
        oldStart: 60,
        newStart: 62,
        lines: [
          { kind: ' ', text: 'export class ExpiredCardError extends Error {' },
          { kind: '-', text: '\tconstructor() {' },
          { kind: '+', text: '\tconstructor(readonly last4: string) {' },
          { kind: ' ', text: "\t\tsuper('card expired');" },
        ],
      },
    ],
  },
  {
    path: '/src/payments/receipt.ts',
    originalPath: '/src/payments/bill.ts',
    changeType: 'edit, rename',
    hunks: [
      {
        oldStart: 1,
        newStart: 1,
        lines: [
          { kind: '-', text: 'export interface Bill {' },
          { kind: '+', text: 'export interface Receipt {' },
          { kind: ' ', text: '  cents: number;' },
        ],
      },
    ],
  },
  { path: '/docs/flow.png', changeType: 'add', hunks: [], note: 'Binary file, 48 KB' },
];

/** A pull request that breaks several gates, judged on its second update, with whatever parts a test is about. */
export function pageModel(part: Partial<PullRequestPageModel> = {}): PullRequestPageModel {
  return {
    organization: 'contoso',
    home: '/contoso',
    project: 'Shop',
    repository: { id: 'e3b0c442-98fc-4c14-9afb-f4c8996fb924', name: 'web' },
    pullRequest: {
      pullRequestId: 12,
      title: 'wip payment stuff',
      description:
        'Moves payments to version 2 of the provider and refuses expired cards before they are charged.\n\n- [x] unit tests\n- [ ] tried against the sandbox\n\nThe old endpoint goes away in **March**, see `docs/flow.png`.',
      status: 'active',
      isDraft: false,
      createdBy: ada,
      creationDate: ago(95),
      sourceRefName: 'refs/heads/feature/payments-v2',
      targetRefName: 'refs/heads/main',
      reviewers: [
        { ...remy, vote: -5, isRequired: true },
        { id: 'm1', displayName: 'Mira Maintainer', vote: 10 },
        { id: 'k1', displayName: 'Kit Kowalski', vote: 0 },
      ],
      labels: [{ name: 'payments' }],
    },
    iterations: [
      {
        id: 1,
        author: ada,
        createdDate: ago(95),
        reason: 'create',
        sourceRefCommit: { commitId: '51dd0c3311aa2b4e0f6d7e8c9b0a1d2e3f4a5b6c' },
      },
      {
        id: 2,
        author: ada,
        createdDate: ago(22),
        reason: 'push',
        sourceRefCommit: { commitId: '7be1c90af4d2c1b0a9988776655443322110ffee' },
      },
    ],
    statuses: [
      status(1, { state: 'pending', description: 'Judging update 1', iterationId: 1 }),
      status(2, {
        state: 'failed',
        description: '3 of 6 gates failed: title · work-items none linked · secrets 1 found',
        iterationId: 2,
        targetUrl: 'http://localhost:7080/contoso/Shop/_git/web/pullrequest/12?discussionId=3',
      }),
      status(3, {
        description: 'Build 20261120.4 succeeded',
        context: { genre: 'continuous-integration', name: 'web' },
        iterationId: 1,
        createdBy: { id: 'c1', displayName: 'Shop Build Service' },
      }),
    ],
    threads: [
      systemThread(1, 'RefUpdate', 'Ada Author created the pull request', 95),
      systemThread(2, 'RefUpdate', 'Ada Author pushed 1 commit, creating update 2', 22),
      summaryThread(),
      fileThread(4, 13),
      {
        id: 5,
        status: 'fixed',
        publishedDate: ago(12),
        comments: [
          comment(1, 'Should `last4` be masked in the message?'),
          comment(2, 'It never holds more than four digits.', {
            author: ada,
            parentCommentId: 1,
            publishedDate: ago(9),
          }),
        ],
        threadContext: {
          filePath: '/src/payments/client.ts',
          rightFileStart: { line: 63, offset: 1 },
          rightFileEnd: { line: 63, offset: 10 },
        },
        pullRequestThreadContext: { iterationContext: { secondComparingIteration: 1 } },
      },
      systemThread(6, 'VoteUpdate', 'Remy Reviewer voted -5', 11),
      systemThread(7, 'VoteUpdate', 'Mira Maintainer voted 10', 6),
    ],
    commits: [
      {
        commitId: '7be1c90af4d2c1b0a9988776655443322110ffee',
        comment: 'refuse expired cards\n\nThe provider answers 500 for them.',
        author: { name: 'Ada Author', date: ago(23) },
      },
      {
        commitId: '51dd0c3311aa2b4e0f6d7e8c9b0a1d2e3f4a5b6c',
        comment: 'payments: version 2 of the provider',
        author: { name: 'Ada Author', date: ago(99) },
      },
    ],
    workItems: [{ id: 41, title: 'Refuse expired cards before charging', type: 'User Story', state: 'Active' }],
    changes: CHANGES,
    mergeRefusals: [
      'The required status portcullis/verdict is failed.',
      'A required reviewer, Remy Reviewer, is waiting for the author.',
    ],
    actors: [
      { key: 'author', displayName: 'Ada Author' },
      { key: 'reviewer', displayName: 'Remy Reviewer' },
    ],
    now: NOW,
    ...part,
  };
}

export function overviewModel(part: Partial<OverviewPageModel> = {}): OverviewPageModel {
  const model = pageModel();
  const passed = {
    ...model.pullRequest,
    pullRequestId: 11,
    title: 'feat(cart): remember the cart between visits',
    sourceRefName: 'refs/heads/feature/cart',
  };
  const entry = { project: 'Shop', repository: model.repository, iterations: model.iterations };
  return {
    organization: 'contoso',
    home: '/contoso',
    origin: 'http://localhost:7080',
    projects: [
      {
        name: 'Shop',
        repositories: [
          {
            ...model.repository,
            defaultBranch: 'refs/heads/main',
            cloneUrl: 'http://localhost:7080/contoso/Shop/_git/web',
          },
        ],
        workItems: [...model.workItems, { id: 42, title: 'Cart is empty after login', type: 'Bug', state: 'New' }],
      },
    ],
    pullRequests: [
      {
        ...entry,
        pullRequest: passed,
        statuses: [status(1, { description: 'All 6 gates passed', iterationId: 2 })],
      },
      { ...entry, pullRequest: model.pullRequest, statuses: model.statuses },
    ],
    now: NOW,
    ...part,
  };
}
