import { writeFile } from 'node:fs/promises';

import type { ProbeReport } from '../composition/probe';
import { parseProjectAddress } from '../core/azure-devops-url';

import { CliError, orError } from './cli-error';
import { readPat } from './read-pat';
import { visible } from './terminal-text';
import { warningsTo } from './warnings';

const SCHEMA_VERSION = 1;
const LEFT = 1;
const ERROR = 2;

interface Options {
  json: boolean;
  output?: string;
  yes?: boolean;
}

/** `portcullis doctor --probe`: what Azure DevOps documents nowhere, as it is where it is asked. */
export async function runProbe(url: string, { json, output, yes }: Options): Promise<void> {
  const parsed = parseProjectAddress(url);
  if (!parsed.ok) throw new CliError(parsed.reason, ERROR);
  const { base, project, repository } = parsed.address;
  if (repository === undefined) {
    throw new CliError('Name a repository: its address ends like /project/_git/repository.', ERROR);
  }
  const gatePat = await readPat(ERROR, 'PORTCULLIS_PAT');
  const report = await orError(async () => {
    const { probe } = await import('../composition/probe');
    return probe(base, { project, repository }, gatePat, { isAgreed: yes ?? false }, warningsTo(process.stderr));
  });
  const isJson = json || /\.json$/i.test(output ?? '');
  const text = isJson
    ? `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...report }, null, 2)}\n`
    : probeText(report);
  if (output === undefined) process.stdout.write(text);
  else await orError(() => writeFile(output, text));
  for (const each of report.left) process.stderr.write(`${visible(each)}\n`);
  process.exitCode = report.left.length === 0 ? 0 : LEFT;
}

/** The answers as Markdown. */
export function probeText({ url, at, answers, unsettled, left }: ProbeReport): string {
  const lines = answers.map(({ asks, answer, reason }) =>
    answer === null ? `- ${asks} Not settled: ${visible(reason ?? '')}` : `- ${asks} ${visible(answer)}.`,
  );
  const list = (title: string, entries: readonly string[]): string[] =>
    entries.length === 0 ? [] : [`\n## ${title}\n`, ...entries.map((each) => `- ${visible(each)}`)];
  return `${[
    `# What ${visible(url)} answered at ${at}\n`,
    ...lines,
    ...list('What cannot be tried so', unsettled),
    ...list('What is left', left),
  ].join('\n')}\n`;
}
