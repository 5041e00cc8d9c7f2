import type { Node } from 'web-tree-sitter';

import type { Place } from './problem';
import type { Expression } from './syntax';

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/** A text, with what stands in `${…}` read by `read`. */
export function readString(node: Node, at: Place, read: (inner: Node) => Expression): Expression {
  if (node.text.startsWith("'''")) {
    return { at, kind: 'literal', value: node.text.slice(3, -3).replace(/^\r?\n/, '') };
  }
  const pieces: Expression[] = [];
  let text = '';
  let end = node.startIndex + 1;
  const flush = (): void => {
    if (text !== '') pieces.push({ at, kind: 'literal', value: text });
    text = '';
  };
  for (const child of node.namedChildren) {
    // What lies between two children is text that the grammar gave no node: an escape such as \$ or \'.
    text += unescape(node.text.slice(end - node.startIndex, child.startIndex - node.startIndex));
    if (child.type === 'interpolation') {
      flush();
      const [inner] = child.namedChildren;
      if (inner) pieces.push(read(inner));
    } else text += unescape(child.text);
    end = child.endIndex;
  }
  text += unescape(node.text.slice(end - node.startIndex, -1));
  if (pieces.length === 0) return { at, kind: 'literal', value: text };
  flush();
  return { at, kind: 'interpolation', parts: pieces };
}

function unescape(text: string): string {
  return text.replace(/\\(u\{([0-9a-fA-F]+)\}|.)/g, (_all, one: string, code: string | undefined) =>
    code === undefined ? (ESCAPES[one] ?? one) : String.fromCodePoint(Number.parseInt(code, 16)),
  );
}
