import { join } from 'node:path';

import ts from 'typescript';

/** A line that the code writes into the log. */
export interface LogLine {
  /** Undefined when it is not known before it is written: a message is static. */
  message: string | undefined;
  fields: string[];
  level: string;
  /** `src/app/x.ts:12`. */
  at: string;
}

const ROOT = join(__dirname, '../..');
const LEVELS = ['debug', 'info', 'warn', 'error'];

/**
 * Every line that our sources write into the log, as the compiler understands them: a message that is a constant is known, and
 * so are the fields of what is spread into the others. `sources` are more of them, for tests of this.
 */
export function logLines(sources: ReadonlyMap<string, string> = new Map()): LogLine[] {
  const program = compile(sources);
  const checker = program.getTypeChecker();
  return program
    .getSourceFiles()
    .filter(({ isDeclarationFile, fileName }) => !isDeclarationFile && fileName.startsWith(join(ROOT, 'src')))
    .flatMap((file) => callsIn(file).flatMap((call) => linesOf(call, file, checker)));
}

function compile(sources: ReadonlyMap<string, string>): ts.Program {
  const config = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { fileNames, options } = ts.parseJsonConfigFileContent(config.config, ts.sys, ROOT);
  // With these come the files that they import; most of the product writes nothing.
  const writers = fileNames
    .filter((name) => /\/src\/(?!.*(\.test\.ts$|\/testing\/))/.test(name))
    .filter((name) => new RegExp(`\\.(${LEVELS.join('|')})\\(`).test(ts.sys.readFile(name) ?? ''));
  const readFile = (path: string): string | undefined =>
    sources.get(path.slice(ROOT.length + 1)) ?? ts.sys.readFile(path);
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost(options),
    readFile,
    fileExists: (path) => sources.has(path.slice(ROOT.length + 1)) || ts.sys.fileExists(path),
    getSourceFile(path, languageVersion) {
      const text = readFile(path);
      return text === undefined ? undefined : ts.createSourceFile(path, text, languageVersion);
    },
  };
  const added = [...sources.keys()].map((name) => join(ROOT, name));
  return ts.createProgram([...writers, ...added], options, host);
}

function callsIn(file: ts.SourceFile): ts.CallExpression[] {
  const calls: ts.CallExpression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) calls.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return calls;
}

function linesOf(call: ts.CallExpression, file: ts.SourceFile, checker: ts.TypeChecker): LogLine[] {
  const { expression: called, arguments: given } = call;
  const [message, fields] = given;
  if (!ts.isPropertyAccessExpression(called) || !LEVELS.includes(called.name.text) || !message) return [];
  if (checker.getTypeAtLocation(called.expression).getSymbol()?.name !== 'Log') return [];
  const { line } = file.getLineAndCharacterOfPosition(call.getStart(file));
  const names = fields ? checker.getPropertiesOfType(checker.getTypeAtLocation(fields)).map(({ name }) => name) : [];
  const type = checker.getTypeAtLocation(message);
  return (type.isUnion() ? type.types : [type]).map((each) => ({
    message: each.isStringLiteral() ? each.value : undefined,
    fields: names,
    level: called.name.text,
    at: `${file.fileName.slice(ROOT.length + 1)}:${line + 1}`,
  }));
}

/** Names of the functions that our sources register with the host. */
export function registeredFunctions(): string[] {
  const folder = join(ROOT, 'src/functions');
  return ts.sys
    .readDirectory(folder, ['.ts'])
    .flatMap((path) =>
      [...(ts.sys.readFile(path) ?? '').matchAll(/\bapp\.\w+\(\s*'([^']+)'/g)].map(([, name]) => name ?? ''),
    );
}
