import { readFileSync } from 'node:fs';
import { Language, Parser, type Node } from 'web-tree-sitter';

import type { Place, Problem } from './problem';

let loaded: Promise<Parser> | undefined;

async function loadParser(): Promise<Parser> {
  await Parser.init();
  const language = await Language.load(readFileSync(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm')));
  return new Parser().setLanguage(language);
}

export interface Parsed {
  root: Node;
  /** What the grammar could not read. `x!` is one of these although Bicep takes it, and so are `...x` and `name?` of an own type. */
  problems: Problem[];
}

/** The syntax tree of a text, with the places where it is not Bicep. */
export async function parseBicep(text: string, file: string): Promise<Parsed> {
  loaded ??= loadParser();
  const tree = (await loaded).parse(text);
  if (!tree) throw new Error(`${file} was not parsed; try again.`);
  return { root: tree.rootNode, problems: syntaxProblems(tree.rootNode, file) };
}

export function placeOf(node: Node, file: string): Place {
  return { file, line: node.startPosition.row + 1, column: node.startPosition.column + 1 };
}

function syntaxProblems(node: Node, file: string): Problem[] {
  if (!node.hasError) return [];
  const found = (text: string): Problem[] => [{ ...placeOf(node, file), text }];
  if (node.isMissing) return found(`"${node.type}" is missing here.`);
  if (node.isError) return found(`This is not Bicep: ${JSON.stringify(node.text.slice(0, 40))}.`);
  return node.children.flatMap((child) => syntaxProblems(child, file));
}
