import { checkNames } from './check-names';
import { checkResources } from './check-resources';
import { deployTemplate, type OnPaper } from './deploy-on-paper';
import { loadTemplate } from './load-template';
import { uniqueProblems, type Problem } from './problem';
import { hasBicepTypes } from './resource-types';
import type { BicepFile } from './syntax';
import { within, type PaperModule } from './value';

/** All that is wrong with a template, deployed with each of these sets of parameters. */
export async function checkTemplate(main: string, variants: readonly Record<string, unknown>[]): Promise<Problem[]> {
  const template = await loadTemplate(main);
  const deployments = variants.map((variant) => deployTemplate(template, variant));
  const files = [...template.files.values()];
  return uniqueProblems([
    ...deployments.flatMap(({ problems }) => problems),
    ...deployments.flatMap(({ resources }) => (hasBicepTypes ? checkResources(resources) : [])),
    ...deployments.flatMap(secretOutputs),
    ...deployments.flatMap(({ modules }) => sameModuleNames(modules)),
    ...files.flatMap(checkNames),
    ...files.flatMap(undescribed),
    ...untaken(deployments),
  ]);
}

function secretOutputs({ outputs }: OnPaper): Problem[] {
  return [...outputs].flatMap(([name, value]) =>
    [...within(value)]
      .filter(({ isSecret }) => isSecret)
      .map(({ at }) => ({ ...at, text: `The output ${name} tells a secret.` })),
  );
}

/** Two deployments of one name in one resource group stop each other. */
function sameModuleNames(modules: readonly PaperModule[]): Problem[] {
  return modules
    .filter(({ name }, index) => modules.findIndex((other) => other.name === name) < index)
    .map(({ at, name }) => ({ ...at, text: `Two modules deploy under the name '${name}'.` }));
}

function undescribed({ parameters, outputs }: BicepFile): Problem[] {
  return [...parameters, ...outputs]
    .filter(({ decorators }) => !decorators.some(({ name }) => name === 'description'))
    .map(({ at, name }) => ({
      ...at,
      text: `${name} has no @description: whoever deploys this cannot know what it is.`,
    }));
}

/** A branch that no set of parameters takes has not been checked at all. */
function untaken(deployments: readonly OnPaper[]): Problem[] {
  const ways = new Map<string, Set<boolean>>();
  for (const [place, taken] of deployments.flatMap((each) => [...each.ways])) {
    ways.set(place, new Set([...(ways.get(place) ?? []), ...taken]));
  }
  return [...ways].flatMap(([place, taken]) => {
    if (taken.size === 2) return [];
    const [, file = '', line, column] = /^(.*):(\d+):(\d+)$/.exec(place) ?? [];
    const text = `No set of parameters tried makes this ${String(!taken.has(true))}: what hangs on it is unchecked.`;
    return [{ file, line: Number(line), column: Number(column), text }];
  });
}
