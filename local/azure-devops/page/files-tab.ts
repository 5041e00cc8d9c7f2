import { isAbout, lineKeys, numberLines, placeThreads, type NumberedLine, type PlacedThreads } from './diff-rows';
import { count, rooted } from './format';
import { html, type Html } from './html';
import { icon } from './icons';
import type { FileChange, ThreadShape } from './model';
import { writtenOn } from './overview-tab';
import type { PageContext } from './page-context';
import { newestIteration } from './statuses';
import { isSystemThread, renderThread, threadAnchor, visibleThreads } from './threads';

/** More lines than this of one file make the page slow and tell a reader nothing. */
const LONGEST_FILE = 2_000;
/** Files beyond this many start folded up. */
const OPEN_FILES = 60;

function renderFileThread(context: PageContext, thread: ThreadShape, place?: string): Html {
  return renderThread(thread, {
    now: context.now,
    act: context.act,
    actorField: context.actorField,
    discussionId: context.model.discussionId ?? undefined,
    place: 'file-thread',
    heading: html`${place && html`<span>${place}</span>`}${writtenOn(thread, newestIteration(context.model.iterations))}`,
  });
}

const KINDS = { ' ': 'same', '+': 'added', '-': 'removed' } as const;
const SPOKEN = { ' ': '', '+': 'added: ', '-': 'removed: ' } as const;

function renderLine(context: PageContext, line: NumberedLine, placed: PlacedThreads): Html {
  const threads = lineKeys(line).flatMap((key) => placed.byLine.get(key) ?? []);
  const side = line.kind === '-' ? 'left' : 'right';
  return html`<tr class="line ${KINDS[line.kind]}">
      <td class="num"><span>${line.old}</span></td>
      <td class="num"><span>${line.new}</span></td>
      <td class="sign">
        ${context.isActive && html`<button class="add-comment" data-comment-side="${side}" data-comment-line="${side === 'left' ? line.old : line.new}" title="Comment on this line" aria-label="Comment on line ${side === 'left' ? line.old : line.new}">+</button>`}<span
          aria-hidden="true"
          >${line.kind}</span
        >
      </td>
      <td class="code"><span class="hidden">${SPOKEN[line.kind]}</span><code>${line.text}</code></td>
    </tr>
    ${
      threads.length > 0 &&
      html`<tr class="thread-row">
        <td colspan="4">${threads.map((thread) => renderFileThread(context, thread))}</td>
      </tr>`
    }`;
}

function renderHunkHeader(file: FileChange, index: number): Html {
  const hunk = file.hunks[index];
  if (hunk === undefined) return html``;
  return html`<tr class="hunk">
    <td colspan="4">
      Lines ${hunk.newStart} to ${hunk.newStart + Math.max(0, hunk.lines.filter(({ kind }) => kind !== '-').length - 1)}
    </td>
  </tr>`;
}

function fileId(path: string): string {
  return `file-${encodeURIComponent(rooted(path))}`;
}

function tally(file: FileChange): { added: number; removed: number } {
  const lines = file.hunks.flatMap((hunk) => hunk.lines);
  return {
    added: lines.filter(({ kind }) => kind === '+').length,
    removed: lines.filter(({ kind }) => kind === '-').length,
  };
}

function renderTally(file: FileChange): Html {
  if (file.hunks.length === 0) return html``;
  const { added, removed } = tally(file);
  return html`<span class="tally"><span class="plus">+${added}</span> <span class="minus">−${removed}</span></span>`;
}

function renderFile(context: PageContext, file: FileChange, index: number, threads: readonly ThreadShape[]): Html {
  let budget = LONGEST_FILE;
  const hunks = file.hunks.map((hunk) => {
    const lines = numberLines(hunk).slice(0, budget);
    budget -= lines.length;
    return lines;
  });
  const hidden = file.hunks.reduce((sum, { lines }) => sum + lines.length, 0) - (LONGEST_FILE - budget);
  const placed = placeThreads(file, threads, hunks.flat());
  const path = rooted(file.path).slice(1);
  const slash = path.lastIndexOf('/') + 1;
  return html`<details
    class="file"
    id="${fileId(file.path)}"
    data-path="${rooted(file.path)}"
    ${index < OPEN_FILES && html`open`}
  >
    <summary>
      ${icon('file')}
      <span class="path"><span class="folder">${path.slice(0, slash)}</span><strong>${path.slice(slash)}</strong></span>
      ${file.changeType !== 'edit' && html`<span class="tag">${file.changeType}</span>`}
      ${file.originalPath && rooted(file.originalPath) !== rooted(file.path) && html`<span class="meta">from ${rooted(file.originalPath).slice(1)}</span>`}
      ${renderTally(file)}
    </summary>
    ${file.note && html`<p class="file-note">${file.note}</p>`}
    ${placed.onFile.map((thread) => renderFileThread(context, thread, 'on the whole file'))}
    ${
      hunks.length > 0 &&
      html`<table class="diff" aria-label="Changes in ${path}">
        <colgroup>
          <col class="num-column" />
          <col class="num-column" />
          <col class="sign-column" />
          <col />
        </colgroup>
        <tbody>
          ${hunks.map(
            (lines, hunk) =>
              html`${lines.length > 0 && renderHunkHeader(file, hunk)}${lines.map((line) => renderLine(context, line, placed))}`,
          )}
        </tbody>
      </table>`
    }
    ${hidden > 0 && html`<p class="file-note">${count(hidden, 'more line')} not shown</p>`}
    ${placed.elsewhere.map((thread) =>
      renderFileThread(context, thread, `on line ${threadAnchor(thread)?.line?.number ?? 0}, which is not shown`),
    )}
  </details>`;
}

/** The unified diff of every file, with the threads under their lines. */
export function renderFilesTab(context: PageContext): Html {
  const { changes } = context.model;
  const threads = visibleThreads(context.model.threads).filter((thread) => !isSystemThread(thread));
  const homeless = threads.filter((thread) => {
    const anchor = threadAnchor(thread);
    return anchor !== undefined && !changes.some((file) => isAbout(file, anchor.filePath));
  });
  const sums = changes.map(tally);
  const added = sums.reduce((sum, each) => sum + each.added, 0);
  const removed = sums.reduce((sum, each) => sum + each.removed, 0);
  return html`<div class="files-summary">
      <h2>${count(changes.length, 'changed file')}</h2>
      <span class="tally"><span class="plus">+${added}</span> <span class="minus">−${removed}</span></span>
    </div>
    ${
      changes.length > 1 &&
      html`<nav class="file-list" aria-label="Changed files">
        <ul class="plain">
          ${changes.map(
            (file) =>
              html`<li>
                ${icon('file')}<a href="#${fileId(file.path)}">${rooted(file.path).slice(1)}</a>${renderTally(file)}
              </li>`,
          )}
        </ul>
      </nav>`
    }
    ${changes.map((file, index) => renderFile(context, file, index, threads))}
    ${changes.length === 0 && html`<p class="none">No changes</p>`}
    ${
      homeless.length > 0 &&
      html`<section class="card" aria-labelledby="homeless-heading">
        <header class="card-header"><h2 id="homeless-heading">Threads on files that are no longer changed</h2></header>
        <div class="card-body">
          ${homeless.map((thread) =>
            renderFileThread(context, thread, rooted(threadAnchor(thread)?.filePath ?? '').slice(1)),
          )}
        </div>
      </section>`
    }
    ${
      context.isActive &&
      html`<form method="post" action="${context.act}" class="stacked line-form" id="line-form" hidden>
        ${context.actorField}<input type="hidden" name="action" value="comment" />
        <input type="hidden" name="filePath" /><input type="hidden" name="line" /><input type="hidden" name="side" />
        <label for="line-comment">Comment on <span data-line-name>this line</span></label>
        <textarea id="line-comment" name="content" rows="3" required></textarea>
        <div>
          <button class="primary">Comment</button> <button type="button" class="quiet" data-cancel>Cancel</button>
        </div>
      </form>`
    }`;
}
