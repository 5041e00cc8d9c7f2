import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { parse } from 'yaml';

const ROOT = resolve(__dirname, '../..');
const INFRA = join(ROOT, 'infra');
const read = (...path: string[]): string => readFileSync(join(ROOT, ...path), 'utf8');

const template = read('infra/main.bicep');
const names = (pattern: RegExp, text: string): Set<string> =>
  new Set([...text.matchAll(pattern)].map(([, name = '']) => name));
const outputs = names(/^output (\w+) /gm, template);
const parameters = names(/^param (\w+) /gm, template);
const commands = new Set(
  readdirSync(join(ROOT, 'src/cli'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => [...read('src/cli', file).matchAll(/ommand\(\s*'([a-z-]+)/g)])
    .map(([, name = '']) => name),
);
const documents = readdirSync(INFRA).filter((file) => /\.(md|yml)$/.test(file));
const pages = documents.filter((file) => file.endsWith('.md'));

/** What a document names and what is not there. */
function strangers(text: string, pattern: RegExp, known: ReadonlySet<string>): string[] {
  return [...names(pattern, text)].filter((name) => !known.has(name));
}

describe.each(documents)('%s', (file) => {
  const text = read('infra', file);

  test('names outputs that the template has', () => {
    expect(strangers(text, /\$\(output (\w+)\)/g, outputs)).toEqual([]);
    expect(strangers(text, /properties\.outputs\.(\w+)\.value/g, outputs)).toEqual([]);
    expect(strangers(text, /\boutputs? `(\w+)`/g, outputs)).toEqual([]);
  });

  test('names commands that the portcullis command has', () => {
    // Where a command begins: a line of code, a span of code, or what stands before is a variable.
    const said = [...text.matchAll(/(?:^\s*|`|=\S+ )portcullis ([a-z][a-z-]*)(?: ([a-z][a-z-]+))?(?=[ `\n])/gm)];
    const unknown = said.flatMap(([, first = '', second]) => {
      if (!commands.has(first)) return [first];
      const takesSubcommand = ['hooks', 'policy', 'pat', 'settings', 'access', 'people', 'dead-letters'].includes(
        first,
      );
      return takesSubcommand && second !== undefined && !commands.has(second) ? [`${first} ${second}`] : [];
    });
    expect(unknown).toEqual([]);
  });
});

test('the README names parameters that the template has, with their defaults', () => {
  const readme = read('infra/README.md');
  const rows = [...readme.matchAll(/^\| `(\w+)` \| (?:`(\w+)`|(\d+)|everybody) \|/gm)];
  expect(rows.length).toBeGreaterThan(4);
  for (const [, name = '', word, number] of rows) {
    const [, found] = new RegExp(`^param ${name} [\\w[\\]]+ = (.+)$`, 'm').exec(template) ?? [];
    expect({ name, default: found }).toEqual({ name, default: word ?? number ?? '[]' });
  }
  expect(strangers(readme, /^param (\w+) = /gm, parameters)).toEqual([]);
});

test('options of the script that pages name are there', () => {
  const script = read('infra/register-application.sh');
  const known = names(/^ {6}(--[a-z-]+)\)/gm, script);
  for (const [, option = ''] of script.matchAll(/^ {6}(--[a-z-]+)(?: \| -\w)?\)/gm)) known.add(option);
  for (const page of pages) {
    const said = [...read('infra', page).matchAll(/register-application\.sh((?:\\\n|[^`\n])*)/g)];
    const unknown = said.flatMap(([, rest = '']) => strangers(rest.split('#')[0] ?? '', /(--[a-z-]+)/g, known));
    expect({ page, unknown }).toEqual({ page, unknown: [] });
  }
});

test('links lead to files and headings that are there', () => {
  for (const page of pages) {
    for (const [, path = '', heading] of read('infra', page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)) {
      const target = path === '' ? join(INFRA, page) : resolve(INFRA, path);
      const text = readFileSync(target, 'utf8');
      const slugs = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replace(/[^\w\- ]/g, '')
          .replace(/ /g, '-'),
      );
      if (heading !== undefined)
        expect({ page, heading, slugs }).toMatchObject({ slugs: expect.arrayContaining([heading]) as string[] });
    }
  }
});

test('operations.md says of each alert what to do, and of each role what it is for', () => {
  const operations = read('infra/operations.md');
  const alerts = names(/displayName: '(Portcullis: [^']+)'/g, read('infra/modules/alerts.bicep'));
  const roles = names(
    /^\/\/ ((?:Azure|Storage|Key|Monitoring)[A-Z\w ]+?)(?:\.| reads|, on| reads and)/gm,
    read('infra/modules/roles.bicep'),
  );
  expect(alerts.size).toBeGreaterThan(5);
  expect(roles.size).toBeGreaterThan(5);
  for (const name of [...alerts, ...roles]) expect(operations).toContain(name);
});

interface Step {
  task?: string;
  inputs?: Record<string, string | boolean>;
}

test('the Pipelines sample deploys the template before the package, and the package as Flex Consumption takes it', () => {
  const pipeline: unknown = parse(read('infra/azure-pipelines.yml'));
  const steps = stepsOf(pipeline);
  const tasks = steps.map(({ task }) => task).filter((task) => task !== undefined);
  expect([...new Set(tasks)].sort()).toEqual(['AzureCLI@2', 'AzureFunctionApp@2', 'UniversalPackages@0', 'UseNode@1']);
  const deploys = steps.findIndex(({ inputs }) =>
    String(inputs?.['inlineScript']).includes('az deployment group create'),
  );
  const packages = steps.findIndex(({ task }) => task === 'AzureFunctionApp@2');
  expect(deploys).toBeGreaterThan(-1);
  expect(packages).toBeGreaterThan(deploys);
  expect(steps[packages]?.inputs).toEqual({
    azureSubscription: '$(azureServiceConnection)',
    appType: 'functionAppLinux',
    isFlexConsumption: true,
    appName: '$(functionAppName)',
    package: expect.stringMatching(/portcullis\.zip$/) as string,
  });
  // A former release's template would be deployed with this release's package.
  const templates = steps.filter(({ inputs }) => String(inputs?.['inlineScript']).includes('infra/main.bicepparam\n'));
  expect(templates).toHaveLength(2);
  for (const { inputs } of templates)
    expect(inputs?.['inlineScript']).toMatch(/^unzip .*portcullis-infra\.zip" -x infra\/main\.bicepparam\naz /m);
  // A script of the pipeline that fails in its middle must fail the pipeline.
  for (const { inputs } of steps) {
    if (inputs?.['inlineScript'] !== undefined) expect(String(inputs['inlineScript'])).toMatch(/^set -euo pipefail\n/);
  }
});

function stepsOf(value: unknown): Step[] {
  if (Array.isArray(value)) return value.flatMap(stepsOf);
  if (typeof value !== 'object' || value === null) return [];
  if ('task' in value) return [value as Step];
  return Object.values(value).flatMap(stepsOf);
}
