import type { StatusShape, ThreadShape } from './model';

/** Rows and threads of the pages' tests: those of a pull request that breaks several gates. */
export const ada = { id: 'a1', displayName: 'Ada Author', uniqueName: 'ada@contoso.example' };
export const remy = { id: 'r1', displayName: 'Remy Reviewer', uniqueName: 'remy@contoso.example' };
export const bot = { id: 'b1', displayName: 'Portcullis', uniqueName: 'portcullis@contoso.example' };

export const NOW = Date.parse('2026-11-20T10:30:00Z');

/** Minutes before `NOW`, as the API writes dates. */
export function ago(minutes: number): string {
  return new Date(NOW - minutes * 60_000).toISOString();
}

export function status(id: number, part: Partial<StatusShape>): StatusShape {
  return {
    id,
    state: 'succeeded',
    description: `row ${id}`,
    context: { genre: 'portcullis', name: 'verdict' },
    createdBy: bot,
    creationDate: ago(30 - id),
    ...part,
  };
}

export function comment(id: number, content: string, part: object = {}) {
  return {
    id,
    parentCommentId: 0,
    content,
    commentType: 'text',
    author: remy,
    publishedDate: ago(12),
    lastContentUpdatedDate: ago(12),
    ...part,
  };
}

export function systemThread(id: number, type: string, content: string, minutes: number): ThreadShape {
  return {
    id,
    publishedDate: ago(minutes),
    comments: [comment(1, content, { commentType: 'system', publishedDate: ago(minutes) })],
    properties: { CodeReviewThreadType: { $type: 'System.String', $value: type } },
  };
}

const SUMMARY = `### 3 gates block this pull request

**title**: the title does not follow the pattern of this repository

- \`wip payment stuff\` should read like \`feat(payments): refuse expired cards\`.

**work-items**: none linked

- Link the work item that asks for this change.

**secrets**: 1 secret on an added line

- \`/src/payments/client.ts\`: an access key of a payment provider. Revoke it, then take it out of the branch's history.

#### Advice, which blocks nothing

**size**: 812 lines changed, at most 600 are advised

Passed: **description** (212 characters), **hidden-characters** (3 files read).

Judged: iteration 2, commit \`7be1c90a\`. It is judged again after every push and every change that Azure DevOps tells of.`;

const SECRET = `**secrets**: this line holds what looks like an access key of a payment provider.

<details>
<summary>How to fix it</summary>

1. Revoke the key, as it is in the branch's history now.
2. Read it from the environment: \`process.env.PAYMENT_KEY\`.

</details>`;

export function summaryThread(): ThreadShape {
  return {
    id: 3,
    status: 'closed',
    publishedDate: ago(20),
    comments: [
      comment(1, SUMMARY, { author: bot, publishedDate: ago(20), lastContentUpdatedDate: ago(8) }),
      comment(2, '/gate explain secrets', { author: ada, parentCommentId: 1, publishedDate: ago(7) }),
    ],
    properties: { 'Portcullis.Kind': { $type: 'System.String', $value: 'summary' } },
  };
}

export function fileThread(id: number, line: number, part: Partial<ThreadShape> = {}): ThreadShape {
  return {
    id,
    status: 'active',
    publishedDate: ago(15),
    comments: [comment(1, SECRET, { author: bot, publishedDate: ago(15), lastContentUpdatedDate: ago(15) })],
    threadContext: {
      filePath: '/src/payments/client.ts',
      rightFileStart: { line, offset: 1 },
      rightFileEnd: { line, offset: 40 },
      leftFileStart: null,
      leftFileEnd: null,
    },
    pullRequestThreadContext: { iterationContext: { secondComparingIteration: 2 } },
    ...part,
  };
}
