import { COULD_NOT_JUDGE, type Evaluation, type GateOutcome } from './evaluate';
import type { Finding } from './finding';
import { FINE } from './outcome';
import { allOf, anyOf, count } from './phrase';
import { nameOf } from './verdict';

/** Every word that authors and reviewers read in a thread is written here. */

/** Azure DevOps takes 150,000 characters a comment; a summary is read by people, and ends long before. */
const LONGEST_SUMMARY = 60_000;
const MOST_FINDINGS_PER_GATE = 20;

const TRIED = 'Tried out (phase `shadow`), which blocks nothing yet';

export interface SummaryInput {
  evaluation: Evaluation;
  /** Judged by somebody with `portcullis evaluate`: nothing follows by itself. */
  byHand?: boolean;
}

/** The summary thread's text: what failed, why, how to fix it, and what was judged. */
export function summaryText({ evaluation, byHand = false }: SummaryInput): string {
  const { outcomes } = evaluation;
  const troubled = TROUBLE.flatMap((state) => outcomes.filter((outcome) => outcome.state === state));
  const blocking = troubled.filter(({ mode, shadow }) => mode === 'block' && !shadow);
  const tried = troubled.filter(({ mode, shadow }) => mode === 'block' && shadow);
  const advising = troubled.filter(({ mode }) => mode === 'advise');
  const fine = outcomes.filter((outcome) => outcome.state === 'succeeded');
  const skipped = outcomes.filter((outcome) => outcome.state === 'notApplicable');
  const isNothingJudged = skipped.length > 0 && skipped.length === outcomes.length;
  const parts = [
    `### ${isNothingJudged ? 'No gate applies to this pull request' : headline(blocking, tried.length, advising.length)}`,
    blocking.map(item).join('\n'),
    blocking.some(({ state }) => state === 'error') ? NOT_THE_AUTHORS : '',
    ...(tried.length > 0 ? [`#### ${TRIED}`, tried.map(item).join('\n')] : []),
    ...(advising.length > 0 ? ['#### Advice, which blocks nothing', advising.map(item).join('\n')] : []),
    fine.length > 0 ? `Passed: ${fine.map(mention).join(', ')}.` : '',
    skipped.length > 0 ? `Not applicable: ${skipped.map(mention).join(', ')}.` : '',
    componentsLine(evaluation),
    judgedLine(evaluation, byHand),
  ];
  return capped(parts.filter((part) => part !== '').join('\n\n'));
}

/** The summary's text where the settings themselves are wrong: nothing was judged. */
export function settingsProblemText(problems: readonly { scope: string; path: string; message: string }[]): string {
  const lines = problems.slice(0, MOST_FINDINGS_PER_GATE).map(({ scope, path, message }) => {
    const place = scope === 'file' ? '`.portcullis.yaml` on the target branch' : `${scope} settings`;
    const key = path === '' ? '' : `\`${path.replaceAll('`', "'")}\` in `;
    const article = scope === 'file' ? '' : key === '' ? 'The ' : 'the ';
    return `- ${inline(`${key}${article}${place}: ${message}`)}`;
  });
  const cure = problems.every(({ scope }) => scope === 'file')
    ? 'Mend the file in a pull request: one whose own version is right is judged by the wider settings, and can be merged.'
    : 'An administrator of Portcullis mends them with `portcullis settings set`; the pull request is then judged again.';
  return capped(
    ['### Portcullis could not judge this pull request: its settings are wrong', lines.join('\n'), cure].join('\n\n'),
  );
}

/** What stands below a summary where reviewers should have been added, and were not. */
export function unaddedText(unadded: readonly { name: string; reason: string }[]): string {
  return unadded
    .map(({ name, reason }) => inline(`\`${name.replaceAll('`', "'")}\` was not added to the reviewers: ${reason}`))
    .join('\n\n');
}

/** What stands below a summary while the PAT that Portcullis uses there ends soon. Its words change with `days` alone. */
export function expiryText({
  endsOn,
  days,
  connection,
  project,
}: {
  endsOn: string;
  days: number;
  connection: { id: string; name: string };
  project: { id: string; name: string } | undefined;
}): string {
  const inProject = project ? ` --project ${asArgument(project)}` : '';
  const command = `portcullis pat rotate ${asArgument(connection)}${inProject}`;
  return inline(
    `The PAT with which Portcullis reads and comments here ends on ${endsOn}, within ${count(days, 'day')}; after that no pull ` +
      `request is judged. An administrator of Portcullis renews it with \`${command}\`.`,
  );
}

/** By its name where a shell takes it as it is. */
function asArgument({ id, name }: { id: string; name: string }): string {
  return /^\w[\w.-]{0,63}$/.test(name) ? name : id;
}

/** The answer to `/gate re-run`. */
export function reRunAnswer(verdict: { state: string; description: string }, evaluation: Evaluation): string {
  const { iterationId, sourceCommit } = evaluation;
  const what = iterationId === null ? '' : ` iteration ${iterationId},`;
  return `Judged again:${what} commit \`${sourceCommit.slice(0, 8)}\` is **${verdict.state}**: ${inline(verdict.description)}`;
}

const NOT_THE_AUTHORS =
  'A gate that could not judge says nothing against the change: whoever administers Portcullis or the repository mends what it names.';

function headline(blocking: readonly GateOutcome[], tried: number, advising: number): string {
  const gates = count(blocking.length, 'gate');
  if (blocking.some(({ state }) => state === 'failed'))
    return `${gates} ${blocking.length === 1 ? 'blocks' : 'block'} this pull request`;
  const errors = blocking.filter(({ state }) => state === 'error').length;
  if (errors > 0) return `${count(errors, 'gate')} could not judge this pull request`;
  if (blocking.length > 0) return `This pull request waits for ${gates}`;
  if (tried > 0) return `Nothing blocks this pull request yet; ${count(tried, 'gate')} would`;
  return advising > 0
    ? `Nothing blocks this pull request; ${count(advising, 'gate')} ${advising === 1 ? 'advises' : 'advise'}`
    : 'All gates passed';
}

/** What needs attention, and first what an author can mend. */
const TROUBLE = ['failed', 'error', 'pending'] as const;

/** What a gate does that did not find anything wrong with the change. */
const DOES: Partial<Record<GateOutcome['state'], string>> = { error: ' could not judge', pending: ' waits' };

/** A gate that wants nothing, in a list: with what it has to say, if anything. */
function mention(outcome: GateOutcome): string {
  const name = `**${escapeText(nameOf(outcome))}**`;
  return outcome.description === FINE ? name : `${name} (${inline(outcome.description)})`;
}

/** A gate as a list item: its finding beside its name, or several findings below it. */
function item(outcome: GateOutcome): string {
  const { description, findings } = outcome;
  const shown = findings
    .slice(0, MOST_FINDINGS_PER_GATE)
    .map((finding, index) => findingText(finding, !findings.slice(0, index).some(({ help }) => help === finding.help)));
  const hidden = findings.length - shown.length;
  if (hidden > 0) shown.push(`… and ${hidden} more.`);
  const [only, ...others] = shown;
  const does = DOES[outcome.state];
  const name = `- **${escapeText(nameOf(outcome))}**${does ?? ''}:`;
  if (only === undefined) return `${name} ${inline(does === undefined ? description : withoutVerb(description))}`;
  if (others.length === 0) return `${name} ${only}`;
  return [does === undefined ? `${name} ${count(findings.length, 'finding')}` : name, ...shown].join('\n  - ');
}

/** A description behind words that say already that the gate could not judge. */
function withoutVerb(description: string): string {
  return description.startsWith(COULD_NOT_JUDGE) ? description.slice(COULD_NOT_JUDGE.length) : description;
}

/** What helps is said with the first of the findings that it helps with. */
function findingText(finding: Finding, isFirstWithHelp: boolean): string {
  const help = finding.help === undefined || !isFirstWithHelp ? '' : ` ${inline(finding.help)}`;
  const place = finding.filePath === undefined ? '' : `${lineStart(codeSpan(finding.filePath))}: `;
  // An item without text would be a line of dashes, which makes a heading of what stands above it.
  return `${place}${inline(finding.message)}${help}`.trim() || '(no text)';
}

/** What `payments/size` means above, and why other components are not there. */
function componentsLine({ outcomes, untouched }: Evaluation): string {
  const named = (names: string[]): string[] => names.map((name) => `**${escapeText(name)}**`);
  const judged = named([...new Set(outcomes.flatMap(({ component }) => component ?? []))]);
  const parts = [
    judged.length === 1 ? `${allOf(judged)} was judged by itself, on its own files` : '',
    judged.length > 1 ? `${allOf(judged)} were judged by themselves, each on its own files` : '',
    untouched.length > 0 ? `no file of ${anyOf(named(untouched))} changed` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `Components: ${parts.join('; ')}.`;
}

function judgedLine({ iterationId, sourceCommit }: Evaluation, byHand: boolean): string {
  const what = iterationId === null ? 'Judged' : `Judged: iteration ${iterationId},`;
  const again = byHand
    ? 'Somebody asked for this with `portcullis evaluate`; it is no verdict, and is not judged again by itself.'
    : 'A push or a vote has it judged again within seconds, a new title within minutes, anything else within the hour; a comment `/gate re-run` at once.';
  return `${what} commit \`${sourceCommit.slice(0, 8)}\`. ${again}`;
}

/** Cut between lines: half a line may have lost what ends its code, and then the rest of it would be markup. */
function capped(text: string): string {
  return text.length <= LONGEST_SUMMARY
    ? text
    : `${text.slice(0, text.lastIndexOf('\n', LONGEST_SUMMARY))}\n\n… (shortened)`;
}

/** A phrase (core/phrase.ts) as Markdown: odd parts between back-ticks are code, everything else is escaped text. */
export function inline(phrase: string): string {
  const parts = phrase.split('`');
  // An unpaired back-tick begins no code: it is text like the rest.
  const paired =
    parts.length % 2 === 1 ? parts : [...parts.slice(0, -2), `${parts.at(-2) ?? ''}'${parts.at(-1) ?? ''}`];
  let written = '';
  let text = '';
  for (const [index, part] of paired.entries()) {
    if (index % 2 === 1 && canBeCode(part)) {
      written += `${escapeInside(text)}${codeSpan(part)}`;
      text = '';
    } else {
      text += part;
    }
  }
  return lineStart(`${written}${escapeInside(text)}`);
}

/** Nothing can be escaped inside code, so what Azure DevOps might take for a reference there is written as text. */
function canBeCode(text: string): boolean {
  const visible = showInvisible(text);
  return visible.trim() !== '' && !/@<|[#!]\d/.test(visible);
}

function codeSpan(text: string): string {
  return canBeCode(text) ? `\`${showInvisible(text).replaceAll('`', "'")}\`` : escapeInside(text);
}

/**
 * Text from a pull request as text in a comment: no markup, no HTML, no link, and none of Azure DevOps' own references
 * (`@person`, `#work item`, `!pull request`), which would notify people. Named entities carry what Azure DevOps looks
 * for itself, as its look-up may run on the text before Markdown is rendered.
 */
export function escapeText(text: string): string {
  return lineStart(escapeInside(text));
}

function escapeInside(text: string): string {
  return showInvisible(text)
    .replace(/ {2,}/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&commat;')
    .replaceAll('#', '&num;')
    .replaceAll('!', '&excl;')
    .replaceAll('://', '&colon;//')
    .replace(/www\./gi, (match) => `${match.slice(0, 3)}&period;`)
    .replace(/[\\`*_{}[\]()|~$^=]/g, (character) => `\\${character}`);
}

/** What begins a list or indented code does so at the start of a line only, and the text may stand at one. */
function lineStart(escaped: string): string {
  return escaped
    .trim()
    .replace(/^[-+]/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2');
}

/** Characters that hide or reorder text (controls, formats, separators, surrogates) become visible code points. */
function showInvisible(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(
      /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
      (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
    );
}
