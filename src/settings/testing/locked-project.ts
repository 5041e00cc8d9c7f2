import { evaluate, type GateOutcome } from '../../core/evaluate';
import type { PullRequestSnapshot } from '../../core/snapshot';
import { ordinary } from '../../gates/testing/ordinary-pull-request';

import { resolveSettings, type ResolvedSettings } from '../resolve';
import type { Scope, ScopedDocument } from '../scope';
import { countableGates } from './countable-gates';

const now = new Date('2026-10-01T12:00:00Z');
const bot = { ...ordinary.details.author, uniqueName: 'bot@contoso.com' };

/** A draft of a bot that title and size fail, each in every way. */
const pullRequest: PullRequestSnapshot = {
  iteration: ordinary.iteration,
  details: { ...ordinary.details, title: 'wip x y', isDraft: true, author: bot },
  changes: {
    ok: true,
    value: ['/pay/a', '/pay/b', '/pay/c', '/web/a'].map((path) => ({ path, kinds: ['edit'] })),
  },
  lineCounts: { ok: true, value: [] },
  workItems: { ok: true, value: [] },
  labels: { ok: true, value: [] },
};

/** What a project asks of it, and locks. */
export const project = {
  drafts: 'judge',
  waivers: { authority: ['boss@contoso.com'] },
  gates: {
    title: {
      mode: 'block',
      when: { targetBranch: ['main'] },
      first: 'feat',
      words: ['feat'],
      spared: ['feat'],
      known: ['feat', 'x'],
      short: true,
      care: 'much',
    },
    size: { mode: 'block', minimum: 1, maximum: 2 },
  },
  lock: ['gates.title', 'gates.size'],
};

export function resolved(...documents: [Scope, unknown][]): Extract<ResolvedSettings, { ok: true }> {
  const settings = resolveSettings(
    documents.map(([scope, document]): ScopedDocument => ({ scope, document })),
    countableGates,
  );
  if (!settings.ok) throw new Error(JSON.stringify(settings.problems));
  return settings;
}

export function outcomesOf({ settings }: Extract<ResolvedSettings, { ok: true }>): Record<string, GateOutcome> {
  const { outcomes } = evaluate(pullRequest, settings.gates, now);
  return Object.fromEntries(outcomes.map((outcome) => [`${outcome.component ?? ''}/${outcome.gate}`, outcome]));
}

/** What a document is told, as text. */
export const told = ({ warnings }: Extract<ResolvedSettings, { ok: true }>) =>
  warnings.map(({ scope, kind, path, message }) => `${scope} ${kind}: ${path}: ${message}`);
