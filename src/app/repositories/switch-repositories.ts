import { z } from 'zod';

import { sweepMessage } from '../../core/messages';
import { problemText } from '../../settings';

import type { ManageSettings, SaveSettingsResult } from '../manage-settings';
import { defineOperation, type AnyOperationWork, type Slice, type WorkContext } from '../operation-work';
import type { Clock, Connection, WorkQueue } from '../ports';

import { chooseSwitches, type SwitchStep, type WantedSwitch } from './choose-switches';
import { byReason, type RefusedPlaces } from './preview-switch';
import { readOverview, type OverviewSources } from './read-overview';

export const REPOSITORIES_SWITCH = 'repositories-switch';

/** So many documents are announced, saved and ticked off in one slice. */
const MOST_AT_ONCE = 100;
/** The table and the queue take more; evaluations want their share. */
const BESIDE_EACH_OTHER = 8;
/** Somebody who keeps saving the same document is left to it. */
const MOST_CONFLICTS = 5;
/** Beyond, the project's pull requests are judged again as a whole. */
const MOST_REPOSITORIES = 10;

const requestSchema = z.object({
  enabled: z.boolean(),
  target: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('repositories'), ids: z.array(z.string()) }),
    z.object({ kind: z.literal('projects'), ids: z.array(z.string()) }),
    z.object({ kind: z.literal('connection') }),
    z.object({ kind: z.literal('defaults'), projectId: z.string().nullable() }),
  ]),
  note: z.string(),
});
export type SwitchRequest = z.output<typeof requestSchema>;

const cursorSchema = z.object({
  /** What the next slice saves. It is written down first, so that it is counted, and its pull requests are judged again, after a crash, too. */
  pending: z.array(z.string()),
  saved: z.int(),
  conflicts: z.int(),
  /** Scopes that could not be saved, and why. */
  failed: z.record(z.string(), z.object({ name: z.string(), reason: z.string() })),
  /** By project, the repositories whose pull requests have to be judged again; null: all of it. The empty one: everything. */
  touched: z.record(z.string(), z.array(z.string()).nullable()),
});
type Cursor = z.output<typeof cursorSchema>;

export interface SwitchResult {
  /** Settings documents that were written. */
  saved: number;
  refused: RefusedPlaces[];
}

type Dependencies = OverviewSources & { manage: Pick<ManageSettings, 'save'>; queue: WorkQueue; clock: Clock };

/** Has documents say what is wanted, a hundred at a time. Asked for again it does what is left. */
export function switchOperation(dependencies: Dependencies): AnyOperationWork {
  const { queue } = dependencies;
  return defineOperation({
    kind: REPOSITORIES_SWITCH,
    requestSchema,
    cursorSchema,
    work: async (context: WorkContext<SwitchRequest, Cursor>): Promise<Slice<Cursor, SwitchResult>> => {
      const { connection, request, operationId } = context;
      const cursor = context.cursor ?? { pending: [], saved: 0, conflicts: 0, failed: {}, touched: {} };
      const overview = await readOverview(dependencies, connection);
      const plan = chooseSwitches(overview, request, new Set(Object.keys(cursor.failed)));
      const steps = inOrder(plan.steps, request);
      const pending = new Set(cursor.pending);
      const done = await saveAll(
        dependencies,
        context,
        cursor,
        steps.filter(({ key }) => pending.has(key)),
      );
      const failed = new Set(Object.keys(done.cursor.failed));
      // What depends on a document that could not be saved is left alone, and the plan says so.
      const isSame = failed.size === Object.keys(cursor.failed).length;
      const after = isSame ? plan : chooseSwitches(overview, request, failed);
      const rest = inOrder(after.steps, request).filter(({ key }) => !pending.has(key));
      const next = done.cursor.pending.length > 0 ? done.cursor : announced(done.cursor, rest);
      const settled = next.saved + Object.keys(next.failed).length;
      if (next.pending.length > 0) {
        const left = done.cursor.pending.length + rest.length;
        const progress = { done: settled, total: settled + left, doing: 'saving settings' };
        return { state: 'more', cursor: next, progress };
      }
      if (request.target.kind !== 'defaults') await judgeAgain(queue, connection, operationId, next.touched);
      return {
        state: 'done',
        result: { saved: next.saved, refused: byReason([...after.refused, ...Object.values(next.failed)]) },
        progress: { done: settled, total: settled, doing: 'saved' },
      };
    },
  });
}

/** Wide before narrow, as a narrow one may follow; but what is to stay as it is says so before the default changes. */
function inOrder(steps: readonly SwitchStep[], { target }: WantedSwitch): SwitchStep[] {
  if (target.kind === 'defaults') return [...steps];
  const ranks = { connection: 0, project: 1, repository: 2 };
  return steps.toSorted((a, b) => ranks[a.scope.kind] - ranks[b.scope.kind]);
}

/** The next ones, all of one kind: those after them may depend on how they fare. */
function announced(cursor: Cursor, rest: readonly SwitchStep[]): Cursor {
  const [first] = rest;
  const end = rest.findIndex(({ scope }) => scope.kind !== first?.scope.kind);
  const chosen = rest.slice(0, end < 0 ? rest.length : end).slice(0, MOST_AT_ONCE);
  const touched = { ...cursor.touched };
  for (const { scope, projectId = '' } of chosen) {
    const before = touched[projectId];
    const ids = scope.kind === 'repository' && before !== null ? [...(before ?? []), scope.repositoryId] : null;
    touched[projectId] = ids !== null && ids.length > MOST_REPOSITORIES ? null : ids;
  }
  return { ...cursor, pending: chosen.map(({ key }) => key), touched };
}

async function saveAll(
  { manage, clock }: Dependencies,
  { connection, request, by, deadline }: WorkContext<SwitchRequest, Cursor>,
  cursor: Cursor,
  steps: readonly SwitchStep[],
): Promise<{ cursor: Cursor }> {
  const failed = { ...cursor.failed };
  const again: string[] = [];
  const open = [...steps];
  let conflicts = cursor.conflicts;
  const saveOpen = async (): Promise<void> => {
    for (let step = open.shift(); step !== undefined; step = open.shift()) {
      if (clock.now() > deadline) {
        again.push(step.key);
        continue;
      }
      const { key, scope, projectId, name, document, expectedEtag } = step;
      const saving = { savedBy: by.name, note: request.note, expectedEtag, projectId, isOneOfMany: true as const };
      const reason = reasonOf(await manage.save(connection, scope, document, saving));
      if (reason === 'conflict' && (conflicts += 1) <= MOST_CONFLICTS) again.push(key);
      else if (reason !== undefined) failed[key] = { name, reason: reason === 'conflict' ? OVERTAKEN : reason };
    }
  };
  await Promise.all(Array.from({ length: BESIDE_EACH_OTHER }, saveOpen));
  const newlyFailed = Object.keys(failed).length - Object.keys(cursor.failed).length;
  const saved = cursor.saved + cursor.pending.length - again.length - newlyFailed;
  return { cursor: { ...cursor, pending: again, saved, conflicts, failed } };
}

const OVERTAKEN = 'somebody else keeps changing these settings at the same time; ask for it again.';

function reasonOf(result: SaveSettingsResult): string | undefined {
  if (result.kind === 'saved') return undefined;
  if (result.kind === 'conflict') return 'conflict';
  return result.problems.map(problemText).join(' ');
}

async function judgeAgain(
  queue: WorkQueue,
  connection: Connection,
  operationId: string,
  touched: Cursor['touched'],
): Promise<void> {
  const parts = Object.hasOwn(touched, '')
    ? [{}]
    : Object.entries(touched).flatMap(([projectId, ids]) =>
        ids === null ? [{ projectId }] : ids.map((repositoryId) => ({ projectId, repositoryId })),
      );
  for (const part of parts) {
    const place = [connection.id, ...Object.values(part)].join('/');
    const messageId = `settings/${place}/${operationId}`;
    await queue.send(sweepMessage(connection.id, true, part), { messageId });
  }
}
