export interface ShownLine {
  text: string;
  /** Inside fenced code, where a `#` or a `- [ ]` means nothing. */
  isCode: boolean;
}

/**
 * The lines of a Markdown text as a reader sees them: without comments, link definitions, tags, and elements that are
 * hidden, and without the lines that begin and end fenced code. Templates put their instructions into comments; and a gate
 * that counts what nobody sees is passed with it.
 */
export function shownLines(markdown: string): ShownLine[] {
  const blocks: { lines: string[]; isCode: boolean }[] = [];
  for (const { text, isCode } of linesOf(withoutComments(markdown))) {
    const block = blocks.at(-1);
    if (block?.isCode === isCode) block.lines.push(text);
    else blocks.push({ lines: [text], isCode });
  }
  return blocks.flatMap(({ lines, isCode }) => {
    const text = lines.join('\n');
    const shown = isCode ? text : withoutHiddenElements(withoutLinkDefinitions(text));
    return shown.split('\n').map((line) => ({ text: line, isCode }));
  });
}

/** HTML comments; one that nobody closes hides all that follows. */
function withoutComments(text: string): string {
  const parts: string[] = [];
  let at = 0;
  for (let start = text.indexOf('<!--'); start !== -1; start = text.indexOf('<!--', at)) {
    parts.push(text.slice(at, start));
    const end = text.indexOf('-->', start + 4);
    at = end === -1 ? text.length : end + 3;
  }
  return `${parts.join('')}${text.slice(at)}`;
}

function linesOf(text: string): ShownLine[] {
  let fence: string | undefined;
  return text.split(/\r?\n/).flatMap((line) => {
    const mark = /^\s*(```|~~~)/.exec(line)?.[1];
    if (mark === undefined || (fence !== undefined && fence !== mark)) {
      return [{ text: line, isCode: fence !== undefined }];
    }
    fence = fence === undefined ? mark : undefined;
    return [];
  });
}

/**
 * `[name]: target "title"`, the title on the next lines perhaps. `[//]: # (text)` is the usual way to hide a text. In
 * parts that leave no choice where blanks belong: as one expression, 4,000 blanks took minutes.
 */
const DEFINED = / {0,3}\[(?:[^\]\\\n]|\\.){1,999}\]:[ \t]*(?:\n[ \t]*)?(?:<[^<>\n]*>|[^\s<]\S*)/y;
const TITLE = /(?:[ \t]+|[ \t]*\n[ \t]*)(?:"[^"]{0,4000}"|'[^']{0,4000}'|\([^()]{0,4000}\))[ \t]*$/my;
const LINE_END = /[ \t]*$/my;

function withoutLinkDefinitions(text: string): string {
  const parts: string[] = [];
  let at = 0;
  for (let line = 0; line !== -1;) {
    const target = endOf(DEFINED, text, line);
    const end = target && (endOf(TITLE, text, target) ?? endOf(LINE_END, text, target));
    if (end !== undefined) {
      parts.push(text.slice(at, line));
      at = end;
    }
    const next = text.indexOf('\n', end ?? line);
    line = next === -1 ? -1 : next + 1;
  }
  return `${parts.join('')}${text.slice(at)}`;
}

/** Where a part ends that begins at a place; undefined when it does not. */
function endOf(part: RegExp, text: string, at: number): number | undefined {
  part.lastIndex = at;
  return part.test(text) ? part.lastIndex : undefined;
}

/** A tag or a declaration, or code between backticks, in which a tag is text. */
const TAG_OR_CODE = /`[^`\n]*`|<[?!][^<>]*>|<(\/?)([a-z][a-z0-9-]*)((?:\s[^<>]*)?\/?)>/gi;
const NEVER_SHOWN: readonly string[] = ['script', 'style', 'template'];
const HIDING = /\shidden(?:[\s=/]|$)|display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0/i;

function withoutHiddenElements(text: string): string {
  let shown = '';
  let at = 0;
  let hidden: { name: string; depth: number } | undefined;
  for (const match of text.matchAll(TAG_OR_CODE)) {
    const [whole, slash, tag, attributes = ''] = match;
    if (!hidden) shown += text.slice(at, match.index);
    at = match.index + whole.length;
    const name = tag?.toLowerCase();
    if (name === undefined) {
      if (!hidden && whole.startsWith('`')) shown += whole;
    } else if (hidden) {
      if (name === hidden.name) hidden.depth += slash === '/' ? -1 : 1;
      if (hidden.depth === 0) hidden = undefined;
    } else if (slash === '' && !attributes.endsWith('/') && (NEVER_SHOWN.includes(name) || HIDING.test(attributes))) {
      hidden = { name, depth: 1 };
    }
  }
  return hidden ? shown : shown + text.slice(at);
}
