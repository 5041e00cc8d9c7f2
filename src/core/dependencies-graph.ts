/** A pull request that another one waits for, directly or through others, as it was found. */
export type Dependency =
  | {
      kind: 'found';
      title: string;
      status: 'active' | 'completed' | 'abandoned';
      isDraft: boolean;
      project: { id: string; name: string };
      repository: { id: string; name: string };
      /** Numbers of those that it waits for in turn. */
      waitsFor: number[];
    }
  /** Azure DevOps does not tell what is not there from what may not be seen. */
  | { kind: 'notFound' }
  | { kind: 'refused'; message: string; remedy: string };

/** By number, which is unique within an organization. What lies beyond the bounds is not in it. */
export type Dependencies = Record<string, Dependency>;

/** A pull request may name so many itself; so many are looked at with those that they wait for, and so far away. */
export const MOST_DIRECT = 20;
export const MOST_IN_ALL = 50;
export const DEEPEST = 10;

/** Numbers of the open ones, in order: what has to change before it stands otherwise with whoever waits for them. */
export function openOnes(graph: Dependencies): number[] {
  return Object.entries(graph)
    .flatMap(([number, each]) => (each.kind === 'found' && each.status === 'active' ? [Number(number)] : []))
    .sort((a, b) => a - b);
}

/** What a pull request waits for in turn; one that is not open any more waits for nothing. */
export function waitsForNow(dependency: Dependency | undefined): readonly number[] {
  return dependency?.kind === 'found' && dependency.status === 'active' ? dependency.waitsFor : [];
}

/**
 * Pull requests that wait for each other, in order, the first again at the end: the shortest circle through `start`, or
 * else through those that are reached from it first.
 */
export function circleFrom(start: number, direct: readonly number[], graph: Dependencies): number[] | undefined {
  const next = (number: number): readonly number[] => (number === start ? direct : waitsForNow(graph[number]));
  const reached = new Set([start]);
  for (const number of reached) {
    const circle = pathBack(number, next);
    if (circle) return circle;
    for (const each of next(number)) reached.add(each);
  }
  return undefined;
}

/** The shortest way from a pull request back to itself. */
function pathBack(start: number, next: (number: number) => readonly number[]): number[] | undefined {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const number of queue) {
    for (const each of next(number)) {
      if (each === start) return [...wayTo(number, start, cameFrom), start];
      if (cameFrom.has(each)) continue;
      cameFrom.set(each, number);
      queue.push(each);
    }
  }
  return undefined;
}

function wayTo(end: number, start: number, cameFrom: ReadonlyMap<number, number>): number[] {
  const way = [end];
  for (let at = end; at !== start; way.unshift(at)) {
    const before = cameFrom.get(at);
    if (before === undefined) break;
    at = before;
  }
  return way;
}

/** Whether something that is waited for was left unread, as there are too many or they are too far away. */
export function isCutShort(direct: readonly number[], start: number, graph: Dependencies): boolean {
  const reached = new Set(direct);
  for (const number of reached) {
    if (number === start) continue;
    if (graph[number] === undefined) return true;
    for (const each of waitsForNow(graph[number])) reached.add(each);
  }
  return false;
}
