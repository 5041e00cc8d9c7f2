import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

import { deploy, MAIN, type PlainDeployment } from './deploy-on-paper';
import { loadTemplate } from './load-template';
import { read, sourcesIn } from './source-facts';
import { CLIENT_ID } from './variants';

/** That what infra/'s pages and scripts tell people to type is there. */
const inInfra = readdirSync(resolve(__dirname, '../../infra')).map((name) => `infra/${name}`);
const docs = ['README.md', ...inInfra].filter((path) => /\.(md|yml|sh)$/.test(path));

let everything: PlainDeployment;
beforeAll(async () => {
  everything = await deploy({ prefix: 'contoso', consoleClientId: CLIENT_ID, consoleWritesSecrets: false });
});

test('outputs that are asked for exist', () => {
  const asked = docs.flatMap((path) =>
    [...read(path).matchAll(/outputs\.([A-Za-z]\w*)|\$\((?:output|read_output) (\w+)\)/g)].map(([, one, other]) => ({
      path,
      name: one ?? other ?? '',
    })),
  );
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter(({ name }) => !Object.hasOwn(everything.outputs, name))).toEqual([]);
});

test('parameters that the README lists exist, with the defaults that it says', async () => {
  const { main } = await loadTemplate(MAIN);
  const rows = [...read('infra/README.md').matchAll(/^\| `(\w+)` \| (\S+) \|/gm)].map(
    ([, name = '', fallback = '']) => ({
      name,
      fallback: fallback.replaceAll('`', ''),
    }),
  );
  expect(rows.length).toBeGreaterThan(3);
  for (const { name, fallback } of rows) {
    const parameter = main?.parameters.find((each) => each.name === name);
    expect({ name, isParameter: parameter !== undefined }).toEqual({ name, isParameter: true });
    const written = parameter?.fallback?.kind === 'literal' ? String(parameter.fallback.value) : undefined;
    if (/^(true|false|\d+)$/.test(fallback)) expect({ name, fallback: written }).toEqual({ name, fallback });
  }
});

test('commands that come next, and that the pages name, exist', () => {
  const next = z.array(z.string()).parse(everything.outputs['nextCommands']);
  const fenced = docs.flatMap((path) =>
    [...read(path).matchAll(/```(?:sh|bash)\n([^]*?)```/g)].map(([, code]) => code ?? ''),
  );
  const lines = [...next, ...fenced.join('\n').split('\n')].map((line) => line.trim());
  const called = lines.flatMap((line) => /^portcullis ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)/.exec(line)?.[1] ?? []);
  const sources = [...sourcesIn('src/cli').values()].join('\n');
  const known = new Set([...sources.matchAll(/\b(?:c|C)ommand\('([a-z][a-z-]*)/g)].map(([, name]) => name));
  expect(called).toContain('doctor');
  // The second word may be a name that somebody gave; it is a command's where the command has commands.
  const missing = called.filter((words) => !known.has(words.split(' ')[0]));
  expect(missing).toEqual([]);
  for (const line of next.filter((each) => each.startsWith('bash '))) {
    expect(() => read(line.split(' ')[1] ?? '')).not.toThrow();
  }
});
