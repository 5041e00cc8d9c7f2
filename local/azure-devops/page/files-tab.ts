import { isAbout, numberLines, placeThreads, type NumberedLine } from './diff-rows';
import { renderDiffTable, renderFileThread } from './diff-table';
import { count, rooted } from './format';
import { html, type Html } from './html';
import { icon } from './icons';
import type { FileChange, ThreadShape } from './model';
import type { PageContext } from './page-context';
import { isSystemThread, threadAnchor, visibleThreads } from './threads';

/** More lines than this of one file make the page slow and tell a reader nothing. */
const LONGEST_FILE = 2_000;
/** The page is fetched again every other second: it holds no more lines than this. */
const MOST_LINES = 10_000;
/** Files beyond this many start folded up. */
const OPEN_FILES = 60;

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

interface ShownFile {
  file: FileChange;
  hunks: readonly (readonly NumberedLine[])[];
  /** How many lines of the diff are left out. */
  hidden: number;
}

function shownFiles(changes: readonly FileChange[]): readonly ShownFile[] {
  let left = MOST_LINES;
  return changes.map((file) => {
    let budget = Math.min(LONGEST_FILE, left);
    let hidden = 0;
    const hunks = file.hunks.map((hunk) => {
      const lines = numberLines(hunk);
      const shown = lines.slice(0, budget);
      budget -= shown.length;
      left -= shown.length;
      hidden += lines.length - shown.length;
      return shown;
    });
    return { file, hunks, hidden };
  });
}

function renderFile(context: PageContext, shown: ShownFile, index: number, threads: readonly ThreadShape[]): Html {
  const { file, hunks, hidden } = shown;
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
    ${renderDiffTable(context, { path, hunks, placed })}
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
    ${shownFiles(changes).map((shown, index) => renderFile(context, shown, index, threads))}
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
