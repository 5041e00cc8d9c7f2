import { isMap, isScalar, isSeq, Lexer, LineCounter, parseDocument, Parser, type Document } from 'yaml';

import { shorten } from '../core/phrase';

import { plainProblems } from './plain';
import { firstProblems, pathText, type SettingsProblem } from './problem';

/** In bytes of UTF-8. */
const LARGEST_TEXT = 256 * 1024;
/** Levels of the YAML parser, which counts a mapping, its key and the document. */
const DEEPEST = 60;
const MOST_TOKENS = 50_000;
const MOST_ALIASES = 20;
const MOST_SYNTAX_PROBLEMS = 5;
/** The parser's words may repeat a tag or a name, which may be as long as the text. */
const LONGEST_WORDS = 200;

/** Where the parser's own words speak to programmers. */
const inOtherWords: Record<string, string> = {
  MULTIPLE_DOCS: 'Only one document is allowed',
  NON_STRING_KEY: 'Keys must be text',
};

export type ParsedSettings = { ok: true; document: unknown } | { ok: false; problems: SettingsProblem[] };

/**
 * Reads YAML 1.2 (core schema) or JSON. Says nothing about keys and values: `validateDocument` does. A text without
 * anything in it is a document that says nothing. Never throws.
 */
export function parseSettingsText(text: string): ParsedSettings {
  if (Buffer.byteLength(text) > LARGEST_TEXT) return failed(`the settings are larger than ${LARGEST_TEXT / 1024} KiB.`);
  const extent = extentProblem(text);
  if (extent !== undefined) return failed(extent);

  const lines = new LineCounter();
  const parsed = parseDocument(text, {
    schema: 'core',
    lineCounter: lines,
    // Non-text keys would be turned into text, and could then hide another.
    stringKeys: true,
    // Both cost the square of what a text can hold; positions and repeated keys are found below.
    prettyErrors: false,
    uniqueKeys: false,
  });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `line ${line}, column ${col}`;
  };
  // Warnings are about tags and directives that were not understood, so that something else was read than was written.
  const syntax = [...parsed.errors, ...parsed.warnings].slice(0, MOST_SYNTAX_PROBLEMS);
  if (syntax.length > 0) {
    return {
      ok: false,
      problems: syntax.map(({ code, message, pos }) => ({
        path: '',
        message: `${at(pos[0])}: ${inOtherWords[code] ?? firstLine(message)}.`,
      })),
    };
  }
  const repeated = repeatedKeys(parsed, at);
  if (repeated.length > 0) return { ok: false, problems: firstProblems(repeated) };
  return plainDocument(parsed);
}

/** The YAML composer recurses, and near the end of the stack it can take the process down: look before it does. */
function extentProblem(text: string): string | undefined {
  const parser = new Parser();
  let tokens = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens += 1;
    if (tokens > MOST_TOKENS) return 'the settings are too large: they have too many parts.';
    // Driven for its stack alone; what it yields is read again by parseDocument.
    Array.from(parser.next(lexeme));
    if (parser.stack.length > DEEPEST) return 'the settings are nested too deeply.';
  }
  return undefined;
}

function repeatedKeys(parsed: Document, at: (offset: number) => string): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  const visit = (node: unknown, path: readonly PropertyKey[]): void => {
    if (isSeq(node)) node.items.forEach((item, index) => visit(item, [...path, index]));
    if (!isMap(node)) return;
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue;
      const name = String(key.value);
      if (seen.has(name)) {
        problems.push({
          path: pathText([...path, name]),
          message: `${at(key.range?.[0] ?? 0)}: this key is given twice.`,
        });
      }
      seen.add(name);
      visit(value, [...path, name]);
    }
  };
  visit(parsed.contents, []);
  return problems;
}

function plainDocument(parsed: Document): ParsedSettings {
  let document: unknown;
  try {
    document = parsed.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    // Aliases without an anchor, or so many that they would unfold without end.
    return failed(`${firstLine(error instanceof Error ? error.message : String(error))}.`);
  }
  const problems = plainProblems(document);
  return problems.length > 0
    ? { ok: false, problems: firstProblems(problems) }
    : { ok: true, document: document ?? {} };
}

function failed(message: string): ParsedSettings {
  return { ok: false, problems: [{ path: '', message }] };
}

function firstLine(message: string): string {
  return shorten((message.split('\n')[0] ?? '').replace(/[.:]$/, ''), LONGEST_WORDS);
}
