import type { EvaluatedOnce } from '../app/evaluate-once';
import type { GateOutcome } from '../core/evaluate';
import type { Finding } from '../core/finding';
import type { State } from '../core/gate';
import { count } from '../core/phrase';
import { nameOf } from '../core/verdict';

import { columns, visible, wrapped } from './terminal-text';

/** Beyond that nobody reads on; `--json` has all of them. */
const MOST_FINDINGS_PER_GATE = 20;

const signs: Record<State, string> = {
  failed: '✗',
  error: '!',
  pending: '…',
  succeeded: '✓',
  notApplicable: '–',
};

const urgency: readonly State[] = ['failed', 'error', 'pending', 'succeeded', 'notApplicable'];

/** What the text says beside the evaluation itself. */
export interface EvaluationTextOptions {
  /** Where the settings come from: `the defaults`, `settings.yaml`. */
  settings: string;
  now: Date;
}

/** An evaluation as plain text that reads well in a terminal and in a chat. */
export function evaluationText(evaluated: EvaluatedOnce, { settings, now }: EvaluationTextOptions): string {
  const { details, verdict, components, evaluation } = evaluated;
  const outcomes = [...evaluation.outcomes].sort((a, b) => rank(a) - rank(b));
  const parts = [
    wrapped(`${verdict.state}: ${verdict.description}`, `${signs[verdict.state]} `),
    [
      wrapped(`Pull request ${details.id}: ${details.title}`),
      wrapped(
        `${details.project.name}/${details.repository.name}, ${branch(details.sourceBranch)} into ${branch(details.targetBranch)}, by ${details.author.displayName}`,
        '  ',
      ),
      `  ${visible(details.webUrl)}`,
      wrapped(judgedLine(evaluated, settings, now), '  '),
    ].join('\n'),
    outcomes.length === 0 ? '' : table(outcomes),
    componentsTable(components),
    ...outcomes.filter(({ findings }) => findings.length > 0).map(gateFindings),
    wrapped(writtenLine(evaluated)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** Blocking before advising, and the worst first. */
function rank({ mode, state }: GateOutcome): number {
  const isFine = state === 'succeeded' || state === 'notApplicable';
  return urgency.indexOf(state) + (mode === 'advise' && !isFine ? 3 : 0) + (isFine ? 6 : 0);
}

function table(outcomes: readonly GateOutcome[]): string {
  const rows = outcomes.map((outcome) => [
    `${signs[outcome.state]} ${outcome.state}`,
    nameOf(outcome),
    outcome.shadow ? `${outcome.mode} (shadow)` : outcome.mode,
    visible(outcome.description),
  ]);
  return columns([['  state', 'gate', 'mode', 'description'], ...rows]);
}

/** What each component's own status says; those that changed first. */
function componentsTable(components: EvaluatedOnce['components']): string {
  const entries = Object.entries(components);
  if (entries.length === 0) return '';
  const rows = entries
    .sort(([, a], [, b]) => urgency.indexOf(a.state) - urgency.indexOf(b.state))
    .map(([name, { state, description }]) => [`${signs[state]} ${state}`, name, visible(description)]);
  return columns([['  state', 'component', 'description'], ...rows]);
}

function gateFindings(outcome: GateOutcome): string {
  const { mode, shadow, findings } = outcome;
  const shown = findings.slice(0, MOST_FINDINGS_PER_GATE).map(findingText);
  const hidden = findings.length - shown.length;
  const blocks = shadow ? 'would block' : 'blocks';
  const heading = `${nameOf(outcome)} (${mode === 'block' ? blocks : 'advises'})`;
  return [heading, ...shown, ...(hidden > 0 ? [`  … and ${hidden} more; --json has them all.`] : [])].join('\n');
}

function findingText({ filePath, line, message, help }: Finding): string {
  const place = filePath === undefined ? '' : `${filePath}${line === undefined ? '' : `:${line}`}: `;
  const text = wrapped(`${place}${message}`, '  - ');
  return help === undefined ? text : `${text}\n${wrapped(help, '    ')}`;
}

/** What was judged, to the commit: the text travels further than the state it tells of. */
function judgedLine({ details, iteration, validUntil, verdict }: EvaluatedOnce, settings: string, now: Date): string {
  const commit = `commit ${iteration.sourceCommit.slice(0, 8)}`;
  const what = iteration.id === null ? `${commit} (it has no iterations)` : `iteration ${iteration.id}, ${commit}`;
  const closed =
    details.status === 'active' ? '' : ` The pull request is ${details.status}; it was judged as if it were active.`;
  const until = validUntil === null ? '' : ` This ${verdict.state} holds until ${utc(validUntil)} at the longest.`;
  return `Judged on ${utc(now)}: ${what}, with ${settings}.${closed}${until}`;
}

function writtenLine({ published }: EvaluatedOnce): string {
  if (published === undefined) return 'Nothing was written to Azure DevOps.';
  if (!published.ok) return 'Not everything was written to Azure DevOps; the error says why.';
  return published.writes === 0
    ? 'The status portcullis/evaluate said so already; nothing was written.'
    : `Posted as the status portcullis/evaluate (${count(published.writes, 'write')}); the verdict was not touched.`;
}

function branch(name: string): string {
  return name.replace(/^refs\/heads\//, '');
}

function utc(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
