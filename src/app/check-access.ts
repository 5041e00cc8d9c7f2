import { Failure } from '../core/failures';
import { groupKey } from '../core/group-name';
import type { SliceName } from '../core/snapshot';
import type { Settings, SettingsProblem } from '../settings';

/** What an organization is asked, with the connection's PAT, before settings are saved. */
export interface Access {
  /** Whether a slice may be read at all: `permissionMissing` when it may not. */
  probe(slice: SliceName): Promise<void>;
  /** Whether there is such a group: `notFound` when there is none. */
  group(name: string): Promise<unknown>;
}

/** Read for every pull request, whatever the gates. */
const ALWAYS_READ: readonly SliceName[] = ['details', 'iteration', 'reviewers', 'pushes'];

/** What it takes to judge some of the gates, and which gates ask for it. */
interface Question {
  ask: () => Promise<unknown>;
  /** The slice that it is about: where that may not be read at all, there is no more to ask. */
  slice: SliceName;
  of: ReadonlySet<string>;
}

/**
 * Whether the PAT can serve gates, and the groups that they name are there. What could not be tried is told, and locks
 * nobody out.
 */
export async function checkAccess(
  gates: Settings['gates'],
  access: Access,
): Promise<{ problems: SettingsProblem[]; notices: SettingsProblem[] }> {
  const problems: SettingsProblem[] = [];
  const refused = new Set<SliceName>();
  const questions = questionsOf(gates, access);
  for (const { ask, slice, of } of questions) {
    if (refused.has(slice)) continue;
    try {
      await ask();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const kind = error instanceof Failure ? error.kind : undefined;
      if (kind === 'notFound') problems.push(...[...of].map((name) => ({ path: `gates.${name}`, message: reason })));
      else if (kind === 'permissionMissing') {
        const message = `${reason} Without it this gate cannot judge: add it, or turn the gate off.`;
        const all = questions.flatMap((each) => (each.slice === slice ? [...each.of] : []));
        problems.push(...[...new Set(all)].map((name) => ({ path: `gates.${name}`, message })));
        refused.add(slice);
      } else {
        const message = `whether the PAT may read what these gates need could not be tried: ${reason}`;
        return { problems, notices: [{ path: '', message }] };
      }
    }
  }
  return { problems, notices: [] };
}

function questionsOf(gates: Settings['gates'], access: Access): Question[] {
  const slices = new Set(gates.flatMap(({ needs }) => needs).filter((slice) => !ALWAYS_READ.includes(slice)));
  const groups = new Map(gates.flatMap(({ asks }) => asks.groups ?? []).map((name) => [groupKey(name), name]));
  const naming = (isOf: (gate: Settings['gates'][number]) => boolean): Set<string> =>
    new Set(gates.filter(isOf).map(({ name }) => name));
  return [
    ...[...slices].map((slice) => ({
      ask: () => access.probe(slice),
      slice,
      of: naming(({ needs }) => needs.includes(slice)),
    })),
    ...[...groups].map(([key, name]) => ({
      ask: () => access.group(name),
      slice: 'groups' as const,
      of: naming(({ asks }) => (asks.groups ?? []).some((each) => groupKey(each) === key)),
    })),
  ];
}
