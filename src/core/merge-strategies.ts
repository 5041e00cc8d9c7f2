/** How a pull request may be completed, in Azure DevOps' words. */
export const mergeStrategies = ['noFastForward', 'rebase', 'rebaseMerge', 'squash'] as const;

export type MergeStrategy = (typeof mergeStrategies)[number];

/** Whether the commits of a pull request always become one, whose message is made of the title. */
export function isSquashOnly(allowed: readonly MergeStrategy[]): boolean {
  return allowed.length === 1 && allowed[0] === 'squash';
}
