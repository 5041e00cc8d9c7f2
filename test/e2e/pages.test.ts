import { existsSync } from 'node:fs';

import { chromium, type Browser } from 'playwright-core';

import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { pullRequests } from '../support/pull-requests';

const CHROMIUM = '/usr/bin/chromium';
const browserTest = existsSync(CHROMIUM) ? test : test.skip;

let environment: TestEnvironment;
let browser: Browser;

beforeAll(async () => {
  if (!existsSync(CHROMIUM)) return;
  environment = await startTestEnvironment();
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
});

afterAll(async () => {
  if (!existsSync(CHROMIUM)) return;
  await browser.close();
  await environment.end();
});

browserTest(
  `a person sees the verdict and the summary on the pull request's page (${CHROMIUM}, Debian's package chromium)`,
  async () => {
    const pulls = pullRequests(environment);
    const clone = await environment.clone('author');
    await clone.push('feature/page', { 'src/page.ts': 'export const page = 1;\n' });
    const id = await pulls.open('feature/page', {
      title: 'wip <img src=x onerror=alert(1)> @<00000000-0000-0000-0000-000000000000> #1',
    });
    const { targetUrl } = await pulls.verdict(id);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(targetUrl);
    const text = await page.innerText('body');
    expect(text).toContain('portcullis/verdict');
    expect(text).toContain('3 of 3 blocking gates failed');
    expect(text).toContain('3 gates block this pull request');
    // What the author wrote is text in our comment: no picture, no link, no mention.
    const summary = page.locator('article, section, div').filter({ hasText: '3 gates block this pull request' }).last();
    expect(await summary.locator('img').count()).toBe(0);
    // The page swaps itself in when something changes: nobody has to reload it.
    await pulls.update(id, {
      title: 'Add a page to the shop',
      description: 'Customers asked for a page that lists every greeting.',
    });
    await pulls.linkWorkItem(id);
    await clone.push('feature/page', { 'src/page.ts': 'export const page = 2;\n' });
    await page.getByText('All gates passed').first().waitFor({ timeout: 15_000 });
    expect(complaints).toEqual([]);
    await page.close();
  },
);
