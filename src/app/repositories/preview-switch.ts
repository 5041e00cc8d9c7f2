import { count, firstOf } from '../../core/phrase';
import type { Connection } from '../ports';

import { chooseSwitches, type SwitchPlan, type WantedSwitch } from './choose-switches';
import { readOverview, type Overview, type OverviewSources } from './read-overview';
import { remainingPolicies } from './remaining-policies';

const MOST_NAMES = 500;
const MOST_REFUSED = 20;

export interface RefusedPlaces {
  reason: string;
  count: number;
  /** The first of them. */
  names: string[];
}

/** What a switch would do; nothing is done. */
export interface SwitchPreview {
  /** Settings documents that would be written, and what they would say. */
  documents: { count: number; first: { name: string; says: 'on' | 'off' | 'nothing' }[] };
  /** Repositories that would be gated other than now. */
  switched: { count: number; names: string[] };
  /** Repositories that are as wanted already. */
  already: number;
  refused: RefusedPlaces[];
  /** What to know before it is done, as sentences. */
  notes: string[];
}

export async function previewSwitch(
  sources: OverviewSources,
  connection: Connection,
  wanted: WantedSwitch,
  overview?: Overview,
): Promise<SwitchPreview> {
  const plan = chooseSwitches(overview ?? (await readOverview(sources, connection)), wanted);
  const policies = wanted.enabled ? [] : await remainingPolicies(sources, connection, plan.switched);
  return {
    documents: {
      count: plan.steps.length,
      first: plan.steps.slice(0, MOST_NAMES).map(({ name, enabled }) => ({
        name,
        says: enabled === undefined ? 'nothing' : enabled ? 'on' : 'off',
      })),
    },
    switched: { count: plan.switched.length, names: plan.switched.slice(0, MOST_NAMES).map(({ name }) => name) },
    already: plan.already,
    refused: byReason(plan.refused),
    notes: [...notesOf(plan), ...policies],
  };
}

function notesOf({ switched, lockedOn }: SwitchPlan): string[] {
  const disabled = switched.filter(({ repository }) => repository.isDisabled).length;
  return [
    ...(lockedOn.length === 0
      ? []
      : [`Wider settings lock gates, which go on being judged in ${firstOf(lockedOn, 5, 'other')}.`]),
    ...(disabled === 0
      ? []
      : [
          `${count(disabled, 'repository', 'repositories')} of them ${disabled === 1 ? 'is' : 'are'} disabled in Azure DevOps.`,
        ]),
  ];
}

/** Thousands are refused for a handful of reasons. */
export function byReason(refused: readonly { name: string; reason: string }[]): RefusedPlaces[] {
  const reasons = new Map<string, string[]>();
  for (const { name, reason } of refused) reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  return [...reasons].map(([reason, names]) => ({ reason, count: names.length, names: names.slice(0, MOST_REFUSED) }));
}
