import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { z } from 'zod';

const run = promisify(execFile);

const BRANCH = 'feature/voucher';
const TITLE = 'WIP: vouchers';

const pullRequestSchema = z.object({ pullRequestId: z.int() });
const listSchema = z.object({ value: z.array(pullRequestSchema.extend({ status: z.string() })) });

/**
 * Opens a pull request that breaks several gates, with git and REST only, as Ada Author; or finds the one that an earlier
 * start opened, whatever became of it: once its change is on `main`, there is nothing to open. Returns the page to look at.
 */
export async function openDemoPullRequest(organizationUrl: string): Promise<string> {
  const api = `${organizationUrl}/Shop/_apis/git/repositories/web/pullrequests`;
  const page = (id: number) => `${organizationUrl}/Shop/_git/web/pullrequest/${id}`;
  const ref = `refs/heads/${BRANCH}`;
  const all = `searchCriteria.status=all&searchCriteria.sourceRefName=${ref}`;
  const { value: present } = listSchema.parse(await call(`${api}?${all}&$top=100&api-version=7.1`));
  const last = present.find(({ status }) => status === 'active') ?? present[0];
  if (last) return page(last.pullRequestId);
  await pushDemoBranch(organizationUrl);
  const created = await call(`${api}?supportsIterations=true&api-version=7.1`, {
    sourceRefName: ref,
    targetRefName: 'refs/heads/main',
    title: TITLE,
    description: '',
  });
  return page(pullRequestSchema.parse(created).pullRequestId);
}

async function call(url: string, body?: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('author:author-pat').toString('base64')}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`the simulator answered ${response.status} to ${url}: ${await response.text()}`);
  return response.json();
}

async function pushDemoBranch(organizationUrl: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-demo-'));
  const git = (...args: string[]) =>
    run('git', args, {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        GIT_AUTHOR_NAME: 'Ada Author',
        GIT_AUTHOR_EMAIL: 'author@contoso.example',
        GIT_COMMITTER_NAME: 'Ada Author',
        GIT_COMMITTER_EMAIL: 'author@contoso.example',
      },
    });
  try {
    await git(
      'clone',
      '--quiet',
      `${organizationUrl.replace('http://', 'http://author:author-pat@')}/Shop/_git/web`,
      '.',
    );
    await git('checkout', '--quiet', '-b', BRANCH);
    for (const [path, content] of Object.entries(demoFiles())) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await git('add', '--all');
    await git('commit', '--quiet', '--message', 'vouchers');
    await git('push', '--quiet', '--force', 'origin', BRANCH);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A change that would be fine in parts, and is too large in one piece. */
function demoFiles(): Record<string, string> {
  const campaigns = ['spring', 'summer', 'autumn', 'winter'];
  const voucher = `import type { Basket } from './basket';

/** Takes a voucher off a basket's total. */
export function redeem(basket: Basket, code: string): Basket {
  const voucher = vouchers.find((candidate) => candidate.code === code);
  if (!voucher) return basket;
  return { ...basket, discount: voucher.percent };
}

const vouchers: { code: string; percent: number }[] = [];
`;
  const table = (campaign: string): string =>
    Array.from(
      { length: 180 },
      (_, index) => `  { code: '${campaign}-${String(index + 1).padStart(3, '0')}', percent: ${5 + (index % 6) * 5} },`,
    ).join('\n');
  return {
    'src/voucher.ts': voucher,
    ...Object.fromEntries(
      campaigns.map((campaign) => [
        `src/campaigns/${campaign}.ts`,
        `export const ${campaign} = [\n${table(campaign)}\n];\n`,
      ]),
    ),
  };
}
