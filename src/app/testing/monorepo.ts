import { createWorld, type World } from './world';

export const paths = (name: string): { paths: string[] } => ({ paths: [`services/${name}/**`] });
/** The settings of a repository with three components. */
export const shop = {
  gates: { size: { mode: 'block', maximumLines: 100 } },
  components: { payments: paths('payments'), search: paths('search'), web: paths('web') },
};

export const file = (path: string, additions: number) => ({ path, additions, deletions: 0 });
export const small = file('services/search/index.ts', 20);
export const big = file('services/payments/ledger.ts', 300);

/** By name, what the newest status of each component says. */
export function said({ azureDevOps }: World): Record<string, [state: string, description: string]> {
  const own = azureDevOps.recorded.statuses().filter(({ name }) => name !== 'verdict');
  return Object.fromEntries(own.map(({ name, state, description }) => [name, [state, description]]));
}

/** After a hook. */
export async function judged(world: World): Promise<World> {
  world.clock.advance(60);
  world.hook();
  await world.drain();
  return world;
}

/** A pull request that touches two of three components, one of them too much. */
export async function judgedUnder(document: unknown, change: (world: World) => void = () => undefined): Promise<World> {
  const world = createWorld();
  world.configure(document);
  world.pullRequest.push([big, small]);
  change(world);
  return judged(world);
}

/** What components say under `shop`. */
export const UNTOUCHED = ['notApplicable', 'none of its files changed'];
export const tooBig = ['failed', '1 of 1 gate failed: size 300 > 100 lines'];
export const fine = ['succeeded', '1 gate passed'];
