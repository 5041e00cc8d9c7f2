import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { checkTemplate } from './check-template';
import { FIXTURE, FIXTURE_VARIANTS } from './fixture';
import { NAME_FAULTS, type Fault } from './planted-name-faults';
import { TYPE_FAULTS } from './planted-type-faults';
import { hasBicepTypes } from './resource-types';

/** That the checker finds what is wrong, each time in a template that is right but for one planted fault. */
const withTypes = hasBicepTypes ? test : test.skip;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'portcullis-bicep-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** `main.bicep:12 …`: what is wrong with the fixture after the replacement. */
async function problemsAfter(file: string, from: string, to: string): Promise<string[]> {
  const text = FIXTURE[file] ?? '';
  expect(text.split(from).length).toBeGreaterThan(1);
  for (const [name, content] of Object.entries(FIXTURE)) writeFileSync(join(folder, name), content);
  writeFileSync(
    join(folder, file),
    text.replace(from, () => to),
  );
  const problems = await checkTemplate(join(folder, 'main.bicep'), FIXTURE_VARIANTS);
  return problems.map((problem) => `${basename(problem.file)}:${problem.line} ${problem.text}`);
}

/** Where the first of the words stands, as an editor counts. */
function lineOf(file: string, words: string): number {
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  return lines.findIndex((line) => line.includes(words)) + 1;
}

withTypes('the fixture is right as it stands (definitions beside the project)', async () => {
  expect(await problemsAfter('main.bicep', 'Who may come in.', 'Who may come in?')).toEqual([]);
});

async function expectFound([, file, from, to, at, text]: Fault): Promise<void> {
  const problems = await problemsAfter(file, from, to);
  const places = Object.keys(FIXTURE).flatMap((name) => (lineOf(name, at) > 0 ? [`${name}:${lineOf(name, at)} `] : []));
  expect(problems.filter((problem) => text.test(problem))).not.toEqual([]);
  expect(problems.filter((problem) => places.some((place) => problem.startsWith(place)))).toContainEqual(
    expect.stringMatching(text),
  );
}

withTypes.each(TYPE_FAULTS)('%s is found (definitions beside the project)', async (...fault) => expectFound(fault));

test.each(NAME_FAULTS)('%s is found', async (...fault) => expectFound(fault));
