import { z } from 'zod';

import type { Gate } from '../core/gate';
import { gates as registry } from '../gates/registry';

import { valueIn } from './documents';
import { gateKeys } from './lock-paths';
import { isMapping } from './plain';
import type { SettingsProblem } from './problem';
import { SETTINGS_SCHEMA_VERSION } from './schema';

/** Former names, each with the present one. */
export type Names = ReadonlyMap<string, string>;

const UNDERSTOOD = 'the former name is understood for two releases.';

/** A document as this release understands it. */
export type Upgraded =
  | {
      kind: 'understood';
      document: unknown;
      /** What was written under a former name, and where; those names are gone two releases later. */
      notes: SettingsProblem[];
    }
  /** A newer release wrote it, with a meaning that this one cannot know. */
  | { kind: 'newer'; schemaVersion: number };

/**
 * Brings a document of any release to this one's format. Nothing is judged: what is wrong in it stays wrong. A former
 * name beside the present one stays too, and is refused as unknown.
 */
export function upgradeDocument(document: unknown, gates: readonly Gate[] = registry): Upgraded {
  if (!isMapping(document)) return { kind: 'understood', document, notes: [] };
  const { schemaVersion } = document;
  if (typeof schemaVersion === 'number' && schemaVersion > SETTINGS_SCHEMA_VERSION) {
    return { kind: 'newer', schemaVersion };
  }
  const notes: SettingsProblem[] = [];
  const upgraded = Object.fromEntries(
    Object.entries(document).map(([key, value]): [string, unknown] => {
      // Version 1 had no components, locks and conditions, and everything it had means the same.
      if (key === 'schemaVersion')
        return [key, value === SETTINGS_SCHEMA_VERSION - 1 ? SETTINGS_SCHEMA_VERSION : value];
      if (key === 'gates') return [key, renameGates(value, gates, 'gates', notes)];
      if (key === 'components') return [key, renameInComponents(value, gates, notes)];
      if (key === 'bots') return [key, renameInBots(value, gates, notes)];
      if (key === 'lock') return [key, renameEntries(value, lockNames(gates), 'lock', notes)];
      return [key, value];
    }),
  );
  return { kind: 'understood', document: upgraded, notes };
}

function renameInComponents(components: unknown, gates: readonly Gate[], notes: SettingsProblem[]): unknown {
  if (!isMapping(components)) return components;
  const renamed = Object.entries(components).map(([name, component]): [string, unknown] => {
    if (!isMapping(component) || !Object.hasOwn(component, 'gates')) return [name, component];
    return [name, { ...component, gates: renameGates(component['gates'], gates, `components.${name}.gates`, notes) }];
  });
  return Object.fromEntries(renamed);
}

function renameInBots(bots: unknown, gates: readonly Gate[], notes: SettingsProblem[]): unknown {
  if (!isMapping(bots) || !Object.hasOwn(bots, 'exempt')) return bots;
  return { ...bots, exempt: renameEntries(bots['exempt'], gateNames(gates), 'bots.exempt', notes) };
}

function renameGates(named: unknown, gates: readonly Gate[], place: string, notes: SettingsProblem[]): unknown {
  if (!isMapping(named)) return named;
  const renamed = renameKeys(named, gateNames(gates), place, notes);
  const entries = Object.entries(renamed).map(([name, options]): [string, unknown] => {
    const gate = gates.find((candidate) => candidate.name === name);
    if (!gate || !isMapping(options)) return [name, options];
    return [name, renameKeys(options, optionNames(gate), `${place}.${name}`, notes)];
  });
  return Object.fromEntries(entries);
}

/** Entries of a list that are names. Doubles do no harm there. */
function renameEntries(list: unknown, names: Names, place: string, notes: SettingsProblem[]): unknown {
  if (!Array.isArray(list)) return list;
  return list.map((entry: unknown, index) => {
    const present = typeof entry === 'string' ? names.get(entry) : undefined;
    if (present === undefined) return entry;
    notes.push({ path: `${place}[${index}]`, message: `${String(entry)} is called ${present} now; ${UNDERSTOOD}` });
    return present;
  });
}

function renameKeys(
  mapping: Record<string, unknown>,
  names: Names,
  place: string,
  notes: SettingsProblem[],
): Record<string, unknown> {
  const taken = new Set(Object.keys(mapping));
  const entries = Object.entries(mapping).map(([key, value]): [string, unknown] => {
    const present = names.get(key);
    if (present === undefined || taken.has(present)) return [key, value];
    // Of two former names of one thing the second stays, and is refused: neither must vanish without a word.
    taken.add(present);
    notes.push({ path: `${place}.${key}`, message: `is called ${present} now; ${UNDERSTOOD}` });
    return [present, value];
  });
  return Object.fromEntries(entries);
}

/** Former names of gates, each with the present one. */
export function gateNames(gates: readonly Gate[]): Names {
  return new Map(gates.flatMap(({ name, formerNames = [] }) => formerNames.map((former) => [former, name])));
}

/** Former names of a gate's options, each with the present one. */
export function optionNames(gate: Gate): Names {
  return new Map(
    Object.entries(z.record(z.string(), z.instanceof(z.ZodType)).parse(gate.options.shape)).flatMap(
      ([name, schema]) => {
        const former = valueIn(schema.meta(), ['formerNames']);
        return Array.isArray(former) ? former.map((one: unknown): [string, string] => [String(one), name]) : [];
      },
    ),
  );
}

/** What locks of gates and their keys were called, each with what it is called now. */
export function lockNames(gates: readonly Gate[]): Names {
  return new Map(
    gates.flatMap((gate) => {
      const options = optionNames(gate);
      const keys = [...gateKeys(gate), ...options.keys()];
      return [gate.name, ...(gate.formerNames ?? [])].flatMap((name) => [
        ...(name === gate.name ? [] : [pair(`gates.${name}`, `gates.${gate.name}`)]),
        ...keys
          .filter((key) => name !== gate.name || options.has(key))
          .map((key) => pair(`gates.${name}.${key}`, `gates.${gate.name}.${options.get(key) ?? key}`)),
      ]);
    }),
  );
}

function pair(former: string, present: string): [string, string] {
  return [former, present];
}
