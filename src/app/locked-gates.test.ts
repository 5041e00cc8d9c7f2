import fc from 'fast-check';

import { evaluate, type GateOutcome } from '../core/evaluate';
import { Failure } from '../core/failures';
import type { PullRequestSnapshot, Read } from '../core/snapshot';
import { ordinary } from '../gates/testing/ordinary-pull-request';
import { resolveSettings, type ResolvedSettings, type ScopedDocument } from '../settings';
import { scopes } from '../settings/scope';
import { countableGates } from '../settings/testing/countable-gates';
import {
  accounts,
  branchNames,
  files,
  labelNames,
  randomDocuments,
  titles,
} from '../settings/testing/random-documents';

import { judge, withoutJudging } from './judgement';

const now = new Date('2026-10-01T12:00:00Z');
const failure = new Failure({ kind: 'permissionMissing', message: 'The PAT lacks a scope.' });
const read = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<Read<T>> =>
  value.chain((known): fc.Arbitrary<Read<T>> => {
    const whole = { weight: 9, arbitrary: fc.constant({ ok: true as const, value: known }) };
    return fc.oneof(whole, { weight: 1, arbitrary: fc.constant({ ok: false as const, failure }) });
  });

const changed = fc
  .tuple(fc.constantFrom(...files), fc.option(fc.constantFrom(...files), { nil: undefined, freq: 4 }))
  .map(([path, originalPath]) => ({
    path,
    kinds: ['edit' as const],
    ...(originalPath === undefined ? {} : { originalPath }),
  }));
const randomPullRequest: fc.Arbitrary<PullRequestSnapshot> = fc
  .record({
    title: fc.constantFrom(...titles),
    targetBranch: fc.constantFrom(...branchNames).map((name) => `refs/heads/${name}`),
    isDraft: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    uniqueName: fc.constantFrom(...accounts),
    changes: read(fc.uniqueArray(changed, { selector: ({ path }) => path, maxLength: 4 })),
    labels: read(fc.subarray([...labelNames])),
  })
  .map(({ uniqueName, changes, labels, ...details }) => ({
    details: { ...ordinary.details, ...details, author: { ...ordinary.details.author, uniqueName } },
    iteration: ordinary.iteration,
    changes,
    labels,
  }));

const published = (snapshot: PullRequestSnapshot): PullRequestSnapshot => ({
  ...snapshot,
  details: { ...snapshot.details, isDraft: false },
});

/** How hard what a gate says is for an author: odd where it is only tried out, which waiting outdoes. */
function hardness({ state, mode, shadow }: GateOutcome): number {
  if (state !== 'failed' && state !== 'error') return 0;
  return 1 + (shadow ? 0 : 1) + (mode === 'block' ? 2 : 0);
}

interface Told {
  hardness: number;
  waits: boolean;
}

function toldBy(gate: string, settings: ResolvedSettings, snapshot: PullRequestSnapshot): Told {
  if (!settings.ok) return { hardness: Infinity, waits: true };
  const own = evaluate(snapshot, settings.settings.gates, now).outcomes.filter((outcome) => outcome.gate === gate);
  return {
    hardness: Math.max(0, ...own.map(hardness)),
    waits: own.some(({ state }) => state === 'pending'),
  };
}

function statusOf(settings: ResolvedSettings, snapshot: PullRequestSnapshot): string {
  const way = withoutJudging(settings, snapshot.details, snapshot.iteration);
  const { verdict } = way.kind === 'judgement' ? way.judgement : judge(snapshot, way.settings, now);
  return verdict.state;
}

/** Documents of which some lock a gate, the same one: alone, random locks would seldom meet. */
const lockingDocuments = fc
  .tuple(randomDocuments, fc.subarray([...scopes.slice(0, -1)], { minLength: 1 }), fc.constantFrom(...countableGates))
  .map(([documents, locking, { name }]) =>
    documents.map(({ scope, document }): ScopedDocument => {
      const said = document as { lock?: string[] };
      if (!locking.includes(scope)) return { scope, document };
      return { scope, document: { ...said, lock: [...new Set([...(said.lock ?? []), `gates.${name}`])] } };
    }),
  );

/** Each gate that a document locks, with the documents up to that one. */
function locksIn(documents: readonly ScopedDocument[]): { gate: string; wide: ScopedDocument[] }[] {
  return documents.flatMap(({ scope, document }) => {
    const locks = (document as { lock?: string[] }).lock ?? [];
    const wide = documents.filter((one) => scopes.indexOf(one.scope) <= scopes.indexOf(scope));
    return locks.flatMap((lock) => (/^gates\.\w+$/.test(lock) ? [{ gate: lock.slice('gates.'.length), wide }] : []));
  });
}

const some = fc.array(randomPullRequest, { minLength: 4, maxLength: 4 });
const RUNS = { numRuns: 1_000 };

/** Whether something blocked before, and then must go on doing so. */
function expectAtLeast(
  gate: string,
  alone: ResolvedSettings,
  together: ResolvedSettings,
  snapshot: PullRequestSnapshot,
): boolean {
  const [before, after] = [toldBy(gate, alone, snapshot), toldBy(gate, together, snapshot)];
  const isOutdone = before.hardness % 2 === 1 && after.waits;
  expect(after.hardness).toBeGreaterThanOrEqual(isOutdone ? 0 : before.hardness);
  if (before.waits && !after.waits) {
    expect(after.hardness).toBeGreaterThanOrEqual(toldBy(gate, alone, published(snapshot)).hardness);
  }
  if (before.hardness < 4) return false;
  expect(['failed', 'error']).toContain(statusOf(together, snapshot));
  return true;
}

test('whatever narrower scopes say, a locked gate asks at least what the scopes up to the lock ask', () => {
  let blocked = 0;
  fc.assert(
    fc.property(lockingDocuments, some, (documents, snapshots) => {
      const together = resolveSettings(documents, countableGates);
      for (const { gate, wide } of locksIn(documents)) {
        const alone = resolveSettings(wide, countableGates);
        if (!alone.ok) continue;
        for (const snapshot of snapshots) blocked += expectAtLeast(gate, alone, together, snapshot) ? 1 : 0;
      }
    }),
    RUNS,
  );
  // Documents and pull requests that never meet would prove nothing.
  expect(blocked).toBeGreaterThan(100);
});

test('whatever a file says that may only tighten, every gate asks at least what it asks without', () => {
  let blocked = 0;
  fc.assert(
    fc.property(randomDocuments, some, (documents, snapshots) => {
      const connection: ScopedDocument = { scope: 'connection', document: { repositoryFile: 'tighten' } };
      const others = documents.filter(({ scope }) => scope === 'deployment' || scope === 'repository');
      const alone = resolveSettings([connection, ...others], countableGates);
      if (!alone.ok || alone.settings.repositoryFile !== 'tighten') return;
      const file = documents.filter(({ scope }) => scope === 'file');
      const together = resolveSettings([connection, ...others, ...file], countableGates);
      for (const { name } of countableGates) {
        for (const snapshot of snapshots) blocked += expectAtLeast(name, alone, together, snapshot) ? 1 : 0;
      }
    }),
    RUNS,
  );
  expect(blocked).toBeGreaterThan(30);
});
