import { readFileSync } from 'node:fs';

import { checkTemplate } from './check-template';
import { deployTemplate, MAIN } from './deploy-on-paper';
import { loadTemplate } from './load-template';
import { describeProblem } from './problem';
import { readBicepFile } from './read-file';
import { hasBicepTypes } from './resource-types';
import { VARIANTS } from './variants';

/** infra/ as a compiler would see it, deployed on paper; planted-faults.test.ts shows that what is wrong would be found. */
const withTypes = hasBicepTypes ? test : test.skip;

withTypes('the template is right for every optional parameter (definitions beside the project)', async () => {
  const problems = await checkTemplate(MAIN, VARIANTS);
  expect(problems.map(describeProblem)).toEqual([]);
});

test('each optional parameter is tried once as it is not by default', async () => {
  const { main } = await loadTemplate(MAIN);
  const optional = main?.parameters.filter(({ fallback }) => fallback).map(({ name }) => name);
  const tried = new Set(VARIANTS.flatMap((variant) => Object.keys(variant)));
  expect(optional?.filter((name) => !tried.has(name))).toEqual([]);
});

test('main.bicepparam deploys the template', async () => {
  const path = `${MAIN}param`;
  // The grammar knows parameters with a type only; those of such a file have none.
  const text = readFileSync(path, 'utf8').replace(/^param (?=\w+ =)/gm, 'var   ');
  expect(text).toContain("using './main.bicep'");
  const { content, problems } = await readBicepFile(path, text);
  expect(problems.map(describeProblem)).toEqual([]);
  const given = (content?.variables ?? []).map(({ name, value }): [string, unknown] => {
    // Whoever has not set a variable gets what stands beside its name.
    const plain = value.kind === 'call' && value.name === 'readEnvironmentVariable' ? value.inputs[1] : value;
    if (plain?.kind === 'array') return [name, []];
    return [name, plain?.kind === 'literal' ? plain.value : undefined];
  });
  expect(given.length).toBeGreaterThan(1);
  const deployment = deployTemplate(await loadTemplate(MAIN), Object.fromEntries(given));
  expect(deployment.problems.map(describeProblem)).toEqual([]);
});
