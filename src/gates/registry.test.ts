import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import type { Gate } from '../core/gate';
import { generatedFiles, withGatesTable } from '../settings/generate';

import { gates } from './registry';
import { ordinaryPullRequest } from './testing/ordinary-pull-request';

const root = join(__dirname, '..', '..');
const names = gates.map((gate) => gate.name);

/** The options of a gate, each with its schema. */
function optionsOf(gate: Gate): [string, z.ZodType][] {
  return Object.entries(z.record(z.string(), z.instanceof(z.ZodType)).parse(gate.options.shape));
}

/** What an option that takes patterns says to one that is none, alone or in a list. */
function complaintsAboutPattern(option: z.ZodType): string[] {
  const answers = ['(', ['(']].map((value) => option.safeParse(value));
  return answers
    .flatMap(({ error }) => error?.issues ?? [])
    .flatMap(({ message }) => (message.includes('RE2') ? [message] : []));
}

/** Names of the files in a folder of this one that end in `ending`, without it. */
function filesEnding(folder: string, ending: string): string[] {
  return readdirSync(join(__dirname, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

const tests = filesEnding('.', '.test.ts').filter((name) => name !== 'registry');
const sources = filesEnding('.', '.ts').filter((name) => name !== 'registry' && !name.endsWith('.test'));

describe('the catalogue of gates', () => {
  test('is sorted by name, each once', () => {
    expect(names).toEqual([...new Set(names)].sort());
  });

  test('has a file for each gate, and a gate for each file', () => {
    expect(sources).toEqual(names);
  });

  test('has a test for each gate', () => {
    expect(tests).toEqual(names);
  });

  test('has a reference page for each gate, and none for what is gone', () => {
    expect(filesEnding('reference', '.md')).toEqual(names);
  });
});

describe('generated files are fresh; otherwise run `npm run generate`', () => {
  test.each(generatedFiles().map(({ path, content }) => [path, content]))('%s', (path, content) => {
    expect(existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : 'missing').toBe(content);
  });

  test('README.md', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    expect(readme).toContain('<!-- gates:begin -->');
    expect(withGatesTable(readme)).toBe(readme);
  });
});

describe.each(gates.map((gate): [string, Gate] => [gate.name, gate]))('%s', (name, gate) => {
  test('has a name for statuses and a phrase for lists', () => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(gate.summary).toMatch(/^[A-Z][^]*[^.]$/);
  });

  test('needs something, each slice once', () => {
    expect(gate.needs.length).toBeGreaterThan(0);
    expect(new Set(gate.needs).size).toBe(gate.needs.length);
  });

  test('takes no options, and refuses unknown ones', () => {
    expect(gate.options.safeParse({}).success).toBe(true);
    expect(gate.options.safeParse({ 'no-such-option': 1 }).success).toBe(false);
  });

  test('has examples of which one blocks and one succeeds, each once', () => {
    const states = gate.examples.map((example) => example.then);
    expect(states).toContain('succeeded');
    // A gate that only ever lets people wait says so.
    expect(states.some((state) => state === 'failed' || (name === 'freeze' && state === 'pending'))).toBe(true);
    const titles = gate.examples.map((example) => example.title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  test('finds nothing wrong with an ordinary pull request', () => {
    expect(gate.evaluate(ordinaryPullRequest({}, gate.needs), gate.options.parse({}))).toMatchObject({
      state: 'succeeded',
      findings: [],
    });
  });

  describe.each(optionsOf(gate))('option %s', (option, schema) => {
    test('is described, names its stricter direction, and is not what every gate takes', () => {
      expect(['mode', 'waivable', 'when']).not.toContain(option);
      expect(schema.meta()?.description).toMatch(/\.$/);
      expect(['lower', 'higher', 'subset', 'superset', 'on', 'later', 'fixed']).toContain(schema.meta()?.['stricter']);
    });

    test('may be left out', () => {
      expect(schema.safeParse(undefined).success).toBe(true);
    });

    test('is checked by the engine and fixed if it takes a pattern', () => {
      const takesPatterns = complaintsAboutPattern(schema).length > 0;
      expect(takesPatterns).toBe(/patterns?$/i.test(option));
      if (takesPatterns) expect(schema.meta()?.['stricter']).toBe('fixed');
    });
  });

  describe('example', () => {
    test.each(gate.examples.map((example): [string, Gate['examples'][number]] => [example.title, example]))(
      '%s',
      (_, example) => {
        const options = gate.options.parse(example.options);
        const outcome = gate.evaluate(ordinaryPullRequest(example.given, gate.needs), options);
        expect(`${outcome.state}: ${outcome.description}`).toBe(`${example.then}: ${example.says}`);
        const isTold = ['failed', 'error'].includes(outcome.state);
        if (outcome.state !== 'pending') expect(outcome.findings.length > 0).toBe(isTold);
      },
    );
  });
});
