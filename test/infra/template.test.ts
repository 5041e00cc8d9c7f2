import { checkTemplate } from './check-template';
import { MAIN } from './deploy-on-paper';
import { loadTemplate } from './load-template';
import { describeProblem } from './problem';
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
