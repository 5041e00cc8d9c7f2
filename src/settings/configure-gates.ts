import { z } from 'zod';

import type { Circumstances } from '../core/circumstances';
import type { EnabledGate, FileScope } from '../core/evaluate';
import type { Gate } from '../core/gate';
import type { SliceName } from '../core/snapshot';
import { asksOf, needsOf } from '../core/when';

import { isGateLock, isOn, modeIn, type Cascade, type Lock } from './cascade';
import { valueIn, type Path } from './documents';
import { generalIn, modeSchema } from './general-schema';
import { jsonSchemaOf } from './json-schema';
import { mergeDocuments } from './merge';
import type { SettingsProblem } from './problem';
import { problemsOf } from './problems-of';
import { whenSchema } from './when-schema';

/** A gate that is not off, with its options bound. */
export interface ConfiguredGate extends EnabledGate {
  /** As the gate sees them, defaults included; for display. */
  options: Record<string, unknown>;
  /** Whether it may be waived, and by whom. */
  waivable: boolean;
  waiverAuthority: readonly string[];
}

/** A part of a monorepo, and the globs of its files. */
export interface Component {
  name: string;
  paths: readonly string[];
}

/** What is wrong with a gate or a component as all scopes together have it. */
export type GateProblem = SettingsProblem & { place: Path };

const common = z.looseObject({ mode: modeSchema, when: whenSchema, waivable: z.boolean().default(true) });

/** The components that a document has. One without paths is left out: it is a problem where all scopes are together. */
export function componentsIn(document: unknown): Component[] {
  const components = z
    .record(z.string(), z.looseObject({ paths: z.array(z.string()).default([]) }))
    .default({})
    .parse(valueIn(document, ['components']));
  return Object.entries(components)
    .map(([name, { paths }]) => ({ name, paths }))
    .filter(({ paths }) => paths.length > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Every gate that is on, for the pull request as a whole and for each component, with everything bound. */
export function configureGates(
  { merged, locks }: Cascade,
  gates: readonly Gate[],
): { configured: ConfiguredGate[]; problems: GateProblem[] } {
  const problems: GateProblem[] = [];
  const components = componentsIn(merged);
  const configured = gates.flatMap((gate) => {
    const onLock = locks.filter(({ path, view }) => isGateLock(path) && path[1] === gate.name && isOn(gate.name, view));
    const [widest] = onLock;
    // A narrower scope must not cut the files of a locked gate into parts that are each small enough.
    const structure = widest ? componentsIn(widest.view) : components;
    const bound = bindingsOf(onLock, merged, gates);
    const isScoped = judgesFiles(gate);
    const claimed = isScoped ? structure.flatMap(({ paths }) => paths) : [];
    const places: { place: Path; component: string | null; files: FileScope }[] = [
      { place: ['gates', gate.name], component: null, files: { include: null, exclude: claimed } },
    ];
    for (const component of new Set([...structure, ...components].map(({ name }) => name))) {
      const place = ['components', component, 'gates', gate.name];
      const known = structure.find(({ name }) => name === component);
      const paths = known?.paths ?? pathsOf(component, [...onLock.map(({ view }) => view), merged]);
      const isJudged = valueIn(merged, place) !== undefined || (isScoped && known !== undefined);
      if (isJudged) places.push({ place, component, files: { include: paths, exclude: [] } });
    }
    return places.flatMap(({ place, component, files }) => {
      if (modeIn(merged, place) === 'off') return [];
      const written = mergeDocuments(valueIn(merged, ['gates', gate.name]) ?? {}, valueIn(merged, place) ?? {});
      const { mode, when, waivable, ...rest } = common.parse({ ...asObject(written), mode: modeIn(merged, place) });
      const parsed = gate.options.safeParse(rest);
      if (!parsed.success) {
        const schema = jsonSchemaOf(gate.options);
        const found = parsed.error.issues.flatMap((issue) => problemsOf(issue, rest, schema, place));
        problems.push(...found.map((problem) => ({ ...problem, place })));
        return [];
      }
      if (mode === 'off') return [];
      const own = gate.asks?.(parsed.data) ?? {};
      const asks = { ...own, groups: [...(own.groups ?? []), ...(asksOf(when).groups ?? [])] };
      const spared = new Set(own.spares);
      const needs = new Set<SliceName>([...gate.needs.filter((slice) => !spared.has(slice)), ...needsOf(when)]);
      if (files.include !== null || files.exclude.length > 0) needs.add('changes');
      const rules = { name: gate.name, mode, needs: [...needs], asks, component, files, when, waivable, ...bound };
      return [configuredGate(gate, rules, parsed.data)];
    });
  });
  return { configured, problems };
}

/** A component's files are those that the first scope gave it that locks the gate; without such a one, all scopes together. */
function pathsOf(component: string, views: readonly unknown[]): readonly string[] {
  return views.flatMap(componentsIn).find(({ name }) => name === component)?.paths ?? [];
}

/** Whether a gate looks at changed files, so that each part of a monorepo is judged by itself. */
export function judgesFiles({ needs }: Gate): boolean {
  return needs.includes('changes') || needs.includes('lineCounts');
}

/** What a gate answers to beside its own options: all scopes together, and each scope that locks it. */
function bindingsOf(
  locks: readonly Lock[],
  merged: unknown,
  gates: readonly Gate[],
): { circumstances: Circumstances[]; waiverAuthority: readonly string[] } {
  const views = [merged, ...locks.map(({ view }) => view)].map((view) => generalIn(view, gates));
  const deciding = views[1] ?? views[0];
  return {
    circumstances: views.map(({ enabled, phase, branches, drafts, bots }) => ({
      enabled,
      phase,
      branches,
      drafts,
      bots,
    })),
    waiverAuthority: deciding?.waivers.authority ?? [],
  };
}

/** The one place where a gate forgets the type of its options: from here on they travel inside `evaluate`. */
function configuredGate(
  gate: Gate,
  rules: Omit<ConfiguredGate, 'options' | 'evaluate'>,
  options: Record<string, unknown>,
): ConfiguredGate {
  return { ...rules, options, evaluate: (input) => gate.evaluate(input, options) };
}

function asObject(value: unknown): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(value);
}
