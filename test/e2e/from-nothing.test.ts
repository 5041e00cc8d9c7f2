import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { pullRequests } from '../support/pull-requests';

/**
 * From nothing to a merge that is refused, by the commands that the README shows, as they stand there: only the ports
 * differ, and `npx portcullis` is the command as it was built.
 */
let environment: TestEnvironment;

const COMMAND = resolve(__dirname, '../../dist/cli/portcullis.js');
const README = resolve(__dirname, '../../README.md');

beforeAll(async () => {
  environment = await startTestEnvironment({ connected: false });
});

afterAll(() => environment.end());

interface Line {
  command: string;
  /** What the README says that it prints; `…` stands for anything. */
  shown: string[];
}

/** The README's session: a line with a `$` is typed, the others are printed. */
async function recordedSession(): Promise<Line[]> {
  const text = await readFile(README, 'utf8');
  const [, session] = /<!-- session:begin -->\s*```console\n([^]*?)```\s*<!-- session:end -->/.exec(text) ?? [];
  const lines: Line[] = [];
  for (const line of (session ?? '').trimEnd().split('\n')) {
    const last = lines.at(-1);
    if (line.startsWith('$ ')) lines.push({ command: line.slice(2), shown: [] });
    else if (last?.command.endsWith('\\')) last.command = `${last.command.slice(0, -1)}${line.trim()}`;
    else last?.shown.push(line);
  }
  return lines;
}

/** As a shell runs it; standard output and error are what a person sees. */
function run(line: string): Promise<{ code: number; output: string }> {
  const { port } = new URL(environment.simulator.url);
  const command = line
    .replaceAll('localhost:7080', `localhost:${port}`)
    .replaceAll('npx portcullis', `"${process.execPath}" "${COMMAND}"`);
  return new Promise((done) => {
    const child = execFile(
      'sh',
      ['-c', `{ ${command}; } 2>&1`],
      {
        env: {
          PATH: process.env['PATH'],
          PORTCULLIS_URL: environment.host.url,
          PORTCULLIS_TOKEN: environment.managementToken,
        },
      },
      (_error, output) => done({ code: child.exitCode ?? -1, output }),
    );
    child.stdin?.end();
  });
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

test("the README's session goes as it is recorded there", async () => {
  const session = await recordedSession();
  expect(session.length).toBeGreaterThanOrEqual(5);
  const { port } = new URL(environment.simulator.url);
  for (const { command, shown } of session) {
    const { code, output } = await run(command);
    const [simulator, host] = [`localhost:${port}`, new URL(environment.host.url).host];
    const printed = output
      .replaceAll(simulator, 'localhost:7080')
      .replaceAll(host, 'localhost:7071')
      .replaceAll(/\s+/g, ' ');
    expect({ command, code, printed }).toEqual({
      command,
      code: command.includes('evaluate') ? 1 : 0,
      printed: expect.stringMatching(new RegExp(`^${shown.map(pattern).join('')}\\s*$`)),
    });
  }
});

test('a pull request that breaks a gate cannot be completed then', async () => {
  const clone = await environment.clone('author');
  await clone.push('feature/nothing', { 'src/nothing.ts': 'export const nothing = 0;\n' });
  const pulls = pullRequests(environment);
  const id = await pulls.open('feature/nothing', { title: 'wip', description: '' });
  await pulls.verdict(id, ({ state }) => state === 'failed');
  const path = `Shop/_apis/git/repositories/web/pullRequests/${id}?api-version=7.1`;
  const completion = async (): Promise<{ status: number; body: { message?: string } }> => {
    const { body } = await environment.rest('author', 'GET', path);
    const { commitId } = body.lastMergeSourceCommit;
    return environment.rest('author', 'PATCH', path, { status: 'completed', lastMergeSourceCommit: { commitId } });
  };
  const refused = await eventually(completion, ({ status }) => status >= 400);
  expect(refused.body.message).toMatch(/TF401029|polic/i);
});

/** Spaces are as they come: what is printed is broken into lines by its width. */
function pattern(line: string): string {
  return escaped(line.trim().replaceAll(/\s+/g, ' ')).replaceAll('…', '.*').replace(/$/, '\\s*');
}
