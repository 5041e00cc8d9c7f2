import { lineKeys, type NumberedLine, type PlacedThreads } from './diff-rows';
import { html, type Html } from './html';
import type { ThreadShape } from './model';
import { writtenOn } from './overview-tab';
import type { PageContext } from './page-context';
import { newestIteration } from './statuses';
import { renderThread } from './threads';

/** A file's thread; `place` says where it belongs if that cannot be seen. */
export function renderFileThread(context: PageContext, thread: ThreadShape, place?: string): Html {
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
  const [side, number] = line.kind === '-' ? ['left', line.old] : ['right', line.new];
  // Written close together, as a page may hold ten thousand of these.
  const add =
    context.isActive &&
    html`<button class="add-comment" data-line="${side}:${number}" aria-label="Comment on line ${number}">+</button>`;
  const sign = html`<td class="sign">${add}<span aria-hidden="true">${line.kind}</span></td>`;
  const numbers = html`<td class="num">${line.old}</td>
    <td class="num">${line.new}</td>`;
  const spoken = SPOKEN[line.kind] !== '' && html`<span class="hidden">${SPOKEN[line.kind]}</span>`;
  const code = html`<td class="code">${spoken}<code>${line.text}</code></td>`;
  return html`<tr class="line ${KINDS[line.kind]}">
      ${numbers}${sign}${code}
    </tr>
    ${
      threads.length > 0 &&
      html`<tr class="thread-row">
        <td colspan="4">${threads.map((thread) => renderFileThread(context, thread))}</td>
      </tr>`
    }`;
}

function renderHunkHeader(lines: readonly NumberedLine[]): Html {
  const numbers = lines.flatMap((line) => line.new ?? []);
  const [first, last] = [numbers[0], numbers.at(-1)];
  const text = first === undefined ? 'Removed lines' : first === last ? `Line ${first}` : `Lines ${first} to ${last}`;
  return html`<tr class="hunk">
    <td colspan="4">${text}</td>
  </tr>`;
}

/** A file's hunks as one table, each thread in a row below its line. */
export function renderDiffTable(
  context: PageContext,
  diff: { path: string; hunks: readonly (readonly NumberedLine[])[]; placed: PlacedThreads },
): Html {
  const rows = diff.hunks
    .filter((lines) => lines.length > 0)
    .map((lines) => [renderHunkHeader(lines), ...lines.map((line) => renderLine(context, line, diff.placed))]);
  if (rows.length === 0) return html``;
  return html`<table class="diff" aria-label="Changes in ${diff.path}">
    <colgroup>
      <col class="num-column" />
      <col class="num-column" />
      <col class="sign-column" />
      <col />
    </colgroup>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}
