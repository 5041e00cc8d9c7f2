import { micromark } from 'micromark';
import { escapeHtml, trusted, type Html } from './html';

type Options = NonNullable<Parameters<typeof micromark>[1]>;
type HtmlExtension = NonNullable<Options['htmlExtensions']>[number];

const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;
const FOLDING_TAG = /(<\/?(?:details|summary)>|<details open>)/;

/**
 * Raw HTML is escaped but for what Azure DevOps lets authors use to fold text away. HTML comments vanish, as they do
 * there: tools keep markers in them.
 */
function writeRawHtml(source: string): string {
  return source
    .replace(COMMENT, '')
    .split(FOLDING_TAG)
    .map((part, index) => (index % 2 === 1 ? part : escapeHtml(part)))
    .join('');
}

const foldingOnly: HtmlExtension = {
  exit: {
    htmlFlow(token) {
      this.raw(writeRawHtml(this.sliceSerialize(token)));
    },
    htmlFlowData() {
      // htmlFlow has written the whole of the block.
    },
    htmlText(token) {
      this.raw(escapeHtml(this.sliceSerialize(token).replace(COMMENT, '')));
    },
    htmlTextData() {
      // htmlText has written it.
    },
  },
};

const TAG = /<(\/?)([a-z][a-z0-9]*)[^>]*>/g;
const VOID = new Set(['br', 'hr', 'img', 'input']);

function isFolding(name: string): boolean {
  return name === 'details' || name === 'summary';
}

/**
 * The folding tags are the only ones that a comment's author places freely; pair them, so that a stray `</details>`
 * closes nothing of the page's own. Every other `<` in the renderer's output is one of its own, balanced tags.
 */
function balanceFolding(markup: string): string {
  const open: string[] = [];
  const closeFoldings = (): string => {
    let closed = '';
    for (let last = open.at(-1); last !== undefined && isFolding(last); last = open.at(-1)) {
      closed += `</${last}>`;
      open.pop();
    }
    return closed;
  };
  const balanced = markup.replace(TAG, (tag: string, slash: string, name: string) => {
    if (VOID.has(name)) return tag;
    if (slash === '') {
      open.push(name);
      return tag;
    }
    if (isFolding(name)) {
      if (open.at(-1) !== name) return escapeHtml(tag);
      open.pop();
      return tag;
    }
    const closed = closeFoldings();
    open.pop();
    return closed + tag;
  });
  return balanced + closeFoldings();
}

const TASK = /<li>(\n<p>)?\[([ xX])\](?=\s)/g;

/** `- [ ]` items become check boxes that cannot be changed; the text after the box is its name. */
function showTasks(markup: string): string {
  return markup.replace(
    TASK,
    (_match, paragraph: string | undefined, mark: string) =>
      `<li class="task">${paragraph ?? ''}<input type="checkbox" disabled aria-label="${
        mark === ' ' ? 'to do' : 'done'
      }"${mark === ' ' ? '' : ' checked'}>`,
  );
}

/**
 * A comment or description as Azure DevOps shows it: CommonMark, task lists, `<details>`. Nothing in it can execute or
 * leave its place: other HTML is escaped, and addresses with other protocols than the web's and mail's are dropped.
 */
export function renderMarkdown(source: string): Html {
  return trusted(showTasks(balanceFolding(micromark(source, { htmlExtensions: [foldingOnly] }))));
}
