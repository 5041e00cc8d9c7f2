import { ago, comment, fileThread, status, systemThread } from './fixture-parts';
import { pageModel } from './page-fixture';
import { renderPullRequestPage } from './pull-request-page';

const render = (part: Parameters<typeof pageModel>[0] = {}) => renderPullRequestPage(pageModel(part));

/** The part of the page from an element's opening tag to the first of its closing tags. */
function element(page: string, name: string, id: string): string {
  const start = page.search(new RegExp(`<${name}\\b[^>]*\\bid="${id}"`));
  if (start < 0) throw new Error(`The page has no ${name} with the id ${id}.`);
  return page.slice(start, page.indexOf(`</${name}>`, start));
}

/** What a reader reads: no tags, entities decoded, blanks folded. */
function words(markup: string): string {
  return markup
    .replace(/<(?:style|script)>[\s\S]*?<\/(?:style|script)>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')
    .trim();
}

const HOSTILE = `"><script>alert('x')</script><img src=x onerror=alert(1)>`;

test('shows title, number, author, branches and state', () => {
  const header = words(element(render(), 'header', 'pr-header'));
  expect(header).toMatch(/^wip payment stuff !12 Active AA Ada Author feature\/payments-v2 into main created 1 h ago/);
});

test('a branch of a fork is named with the fork', () => {
  const { pullRequest } = pageModel();
  const page = render({ pullRequest: { ...pullRequest, forkSource: { repository: { name: 'web.author' } } } });
  expect(words(element(page, 'header', 'pr-header'))).toContain('web.author: feature/payments-v2 into main');
});

test('a title that turns the reading order around does so for itself alone', () => {
  const { pullRequest } = pageModel();
  const page = render({ pullRequest: { ...pullRequest, title: 'wip\u202e abc' } });
  expect(page).toContain('<bdi>wip\u202e abc</bdi>');
});

test('whatever is hostile is text, in every place that shows what people wrote', () => {
  const base = pageModel();
  const [work] = base.workItems;
  const page = render({
    organization: HOSTILE,
    project: HOSTILE,
    repository: { id: 'r', name: HOSTILE },
    pullRequest: {
      ...base.pullRequest,
      title: HOSTILE,
      description: `${HOSTILE}\n</textarea>`,
      createdBy: { id: 'h', displayName: HOSTILE },
      sourceRefName: `refs/heads/${HOSTILE}`,
      labels: [{ name: HOSTILE }],
      reviewers: [{ id: 'h', displayName: HOSTILE, vote: 10 }],
    },
    iterations: [{ id: 1, description: HOSTILE, reason: HOSTILE, author: { id: 'h', displayName: HOSTILE } }],
    statuses: [status(1, { description: HOSTILE, context: { genre: HOSTILE, name: HOSTILE }, targetUrl: HOSTILE })],
    threads: [
      systemThread(1, HOSTILE, HOSTILE, 5),
      fileThread(2, 13, { comments: [comment(1, HOSTILE, { author: { id: 'h', displayName: HOSTILE } })] }),
      fileThread(3, 13, { threadContext: { filePath: `/${HOSTILE}` }, status: HOSTILE }),
    ],
    commits: [{ commitId: HOSTILE, comment: `${HOSTILE}\n${HOSTILE}`, author: { name: HOSTILE } }],
    workItems: work === undefined ? [] : [{ ...work, title: HOSTILE, type: HOSTILE, state: HOSTILE }],
    changes: [
      {
        path: HOSTILE,
        originalPath: `old${HOSTILE}`,
        changeType: HOSTILE,
        note: HOSTILE,
        hunks: [{ oldStart: 1, newStart: 1, lines: [{ kind: '+', text: HOSTILE }] }],
      },
    ],
    mergeRefusals: [HOSTILE],
    notice: HOSTILE,
    actors: [{ key: HOSTILE, displayName: HOSTILE }],
  });
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).not.toMatch(/<img/);
  expect(page.match(/<\/textarea/g)).toHaveLength((page.match(/<textarea/g) ?? []).length);
  expect(words(page).split(HOSTILE).length).toBeGreaterThan(20);
});

test('only its own script and styles may run', () => {
  const page = render();
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
  expect(policy).toContain('default-src &#39;none&#39;');
  expect(policy).not.toContain('unsafe');
  expect(page).not.toMatch(/\son[a-z]+=|\sstyle=|javascript:/);
});

test('of a status context the newest row counts, in whatever order the rows come', () => {
  const rows = [
    status(7, { state: 'succeeded', description: 'All 6 gates passed', iterationId: 2 }),
    status(5, { state: 'failed', description: 'the old verdict', iterationId: 2 }),
  ];
  for (const statuses of [rows, [...rows].reverse()]) {
    const check = element(render({ statuses }), 'li', 'check-portcullis/verdict');
    expect(words(check)).toBe(`All 6 gates passed portcullis/verdict update 2 P Portcullis 23 min ago`);
    expect(check).toContain('aria-label="Succeeded"');
  }
});

test('a status of an older update says that it does not apply to the newest', () => {
  const page = render({ statuses: [status(1, { iterationId: 1 })] });
  const check = element(page, 'li', 'check-portcullis/verdict');
  expect(words(check)).toContain('judged update 1, not update 2');
  expect(check).toContain('aria-label="Out of date"');
  expect(words(page)).toContain('Checks: 1 check not yet decided');
});

test('a status without an iteration speaks of the whole pull request', () => {
  const check = element(render({ statuses: [status(1, {})] }), 'li', 'check-portcullis/verdict');
  expect(words(check)).toContain('whole pull request');
  expect(check).toContain('aria-label="Succeeded"');
});

test('a description links to its target, unless the address is not one of the web', () => {
  const checkOf = (targetUrl: string) =>
    element(render({ statuses: [status(1, { targetUrl })] }), 'li', 'check-portcullis/verdict');
  expect(checkOf('https://dev.azure.com/contoso?a=1&discussionId=3')).toContain(
    '<a href="https://dev.azure.com/contoso?a=1&amp;discussionId=3">row 1</a>',
  );
  expect(checkOf('javascript:alert(1)')).not.toContain('<a');
});

test('says why it cannot be completed, and the button cannot be pressed', () => {
  const page = render();
  expect(words(element(page, 'div', 'refusals'))).toContain('The required status portcullis/verdict is failed.');
  expect(page).toMatch(/<button\b[^>]*disabled aria-describedby="refusals"[^>]*>\s*Complete/);
});

test('without refusals it may be completed', () => {
  const page = render({ mergeRefusals: [] });
  expect(page).not.toContain('id="refusals"');
  expect(page).toMatch(/<button\s+class="primary"\s*>\s*Complete/);
});

test('a draft is published, an abandoned pull request reactivated, a completed one left alone', () => {
  const { pullRequest } = pageModel();
  const actions = (part: object) => {
    const page = render({ pullRequest: { ...pullRequest, ...part } });
    return [...element(page, 'header', 'pr-header').matchAll(/name="action" value="([^"]+)"/g)].map(
      ([, action]) => action,
    );
  };
  expect(actions({ isDraft: true })).toEqual(expect.arrayContaining(['publish', 'abandon', 'vote', 'edit']));
  expect(actions({ isDraft: true })).not.toContain('draft');
  expect(actions({})).toEqual(expect.arrayContaining(['complete', 'draft', 'abandon']));
  expect(actions({ status: 'abandoned' })).toContain('reactivate');
  expect(actions({ status: 'completed' })).toEqual(['edit']);
});

test('every form posts to the act address as the chosen actor', () => {
  const page = render({ actingAs: 'reviewer' });
  const forms = page
    .split('<form')
    .slice(1)
    .filter((form) => form.includes('method="post"'));
  expect(forms.length).toBeGreaterThan(10);
  for (const form of forms) {
    expect(form).toContain('action="/contoso/Shop/_git/web/pullrequest/12/act"');
    expect(form).toMatch(/name="as" value="reviewer"/);
    expect(form).toMatch(/name="action" value="[a-z-]+"/);
  }
});

test('a thread on a line stands under it', () => {
  const page = render();
  const thread = page.indexOf('id="file-thread-4"');
  const before = page.slice(0, thread);
  expect(before.slice(before.lastIndexOf('<tr class="line'))).toContain(
    'const accessKey = &#39;demo-key-0000-0000-not-real&#39;;',
  );
  expect(page.slice(thread, page.indexOf('<tr class="line', thread))).toContain('what looks like an access key');
});

test('a thread on a removed line stands under that line, not under the new line of that number', () => {
  const threadContext = {
    filePath: '/src/payments/client.ts',
    leftFileStart: { line: 15, offset: 1 },
    leftFileEnd: { line: 15, offset: 9 },
  };
  const page = render({ threads: [fileThread(8, 0, { threadContext })] });
  const before = page.slice(0, page.indexOf('id="file-thread-8"'));
  expect(before.slice(before.lastIndexOf('<tr class="line'))).toMatch(
    /^<tr class="line removed">[\s\S]*\{ card, cents \}\);/,
  );
});

test('threads whose line or file the diff does not show are not lost', () => {
  const page = render({
    threads: [
      fileThread(8, 400),
      fileThread(9, 1, { threadContext: { filePath: '/src/gone.ts', rightFileEnd: { line: 1 } } }),
    ],
  });
  expect(words(element(page, 'article', 'file-thread-8'))).toContain('on line 400, which is not shown');
  expect(words(element(page, 'article', 'file-thread-9'))).toContain('src/gone.ts');
});

test('threads come in the order of their publication, system threads as one line, deleted ones not at all', () => {
  const page = render({
    threads: [
      systemThread(3, 'VoteUpdate', 'Remy Reviewer voted -5', 2),
      { id: 2, status: 'active', publishedDate: ago(4), comments: [comment(1, 'second')] },
      { id: 1, status: 'active', publishedDate: ago(9), comments: [comment(1, 'first')] },
      { id: 4, isDeleted: true, publishedDate: ago(1), comments: [comment(1, 'deleted thread')] },
      { id: 5, publishedDate: ago(1), comments: [comment(1, 'deleted comment', { isDeleted: true })] },
    ],
  });
  const read = words(page);
  expect(read.indexOf('first')).toBeLessThan(read.indexOf('second'));
  expect(read.indexOf('second')).toBeLessThan(read.indexOf('Remy Reviewer is waiting for the author 2 min ago'));
  expect(read).not.toMatch(/deleted (thread|comment)/);
});

test('a thread shows its status, its replies, and that a comment was edited', () => {
  const thread = words(element(render(), 'article', 'thread-3'));
  expect(thread).toMatch(/Portcullis 20 min ago · edited 3 gates block this pull request/);
  expect(thread).toContain('Ada Author 7 min ago /gate explain secrets');
  expect(element(render(), 'article', 'thread-3')).toMatch(/<option value="closed" selected>/);
});

test('a deep link highlights its thread and no other', () => {
  const page = render({ discussionId: 5 });
  expect(element(page, 'article', 'thread-4')).not.toMatch(/^<article\s+class="[^"]*highlighted/);
  expect(
    page.match(/class="thread [^"]*highlighted"\s+id="[^"]+"/g)?.map((tag) => /id="([^"]+)"/.exec(tag)?.[1]),
  ).toEqual(['thread-5', 'file-thread-5']);
});

test('the tab of the address is the one shown', () => {
  expect(render({ tab: 'files' })).toMatch(/data-live data-tab="files"/);
  expect(render({ tab: 'files' })).toMatch(/href="\?_a=files"[^>]*aria-current="page"/);
  expect(render({ tab: 'constructor' })).toMatch(/data-live data-tab="overview"/);
});

test('ids are unique: links and labels find their element', () => {
  const ids = [...render().matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  const labels = [...render().matchAll(/<label\b[^>]*\sfor="([^"]+)"/g)].map(([, id]) => id);
  expect(labels.length).toBeGreaterThan(5);
  expect(labels.filter((id) => !ids.includes(id))).toEqual([]);
});

test('a file too long to read is cut, and says so', () => {
  const lines = Array.from({ length: 2_500 }, (_, index) => ({ kind: '+' as const, text: `line ${index + 1}` }));
  const page = render({
    threads: [],
    changes: [{ path: 'big.txt', changeType: 'add', hunks: [{ oldStart: 0, newStart: 1, lines }] }],
  });
  expect(words(page)).toContain('500 more lines not shown');
  expect(page).toContain('<code>line 2000</code>');
  expect(page).not.toContain('<code>line 2001</code>');
});

test('of very many changed lines the page shows the first ten thousand', () => {
  const lines = Array.from({ length: 1_500 }, () => ({ kind: '+' as const, text: 'x' }));
  const changes = Array.from({ length: 8 }, (_, index) => ({
    path: `/f${index}`,
    changeType: 'add',
    hunks: [{ oldStart: 0, newStart: 1, lines }],
  }));
  const page = render({ threads: [], changes });
  expect(page.match(/<tr class="line added">/g)).toHaveLength(10_000);
  expect(words(element(page, 'details', `file-${encodeURIComponent('/f7')}`))).toContain('1500 more lines not shown');
});
