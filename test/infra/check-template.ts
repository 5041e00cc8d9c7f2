import { checkNames } from './check-names';
import { checkResources } from './check-resources';
import { deployTemplate, type OnPaper } from './deploy-on-paper';
import { uniqueProblems, type Problem } from './problem';
import { hasBicepTypes } from './resource-types';
import type { BicepFile } from './syntax';
import { within } from './value';

/** All that is wrong with a template, deployed with each of these sets of parameters. */
export async function checkTemplate(main: string, variants: readonly Record<string, unknown>[]): Promise<Problem[]> {
  const deployments: OnPaper[] = [];
  for (const variant of variants) deployments.push(await deployTemplate(main, variant));
  const files = [...new Map(deployments.flatMap(({ files: each }) => [...each])).values()];
  return uniqueProblems([
    ...deployments.flatMap(({ problems }) => problems),
    ...deployments.flatMap(({ resources }) => (hasBicepTypes ? checkResources(resources) : [])),
    ...deployments.flatMap(secretOutputs),
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
