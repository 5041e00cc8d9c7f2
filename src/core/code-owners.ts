import { readOwnersLine, type Owner, type OwnersLine } from './code-owners-line';
import { readOwnersPattern, type Dialect, type OwnersPattern } from './code-owners-pattern';
import { Failure } from './failures';
import { matchesPath, partsOfPath, patternOf, type Effort, type Part, type Pattern } from './path-pattern';

export type { Owner } from './code-owners-line';

/** A part of the file that is judged by itself. */
export interface OwnersSection {
  /** As it is first written; empty for the lines before the first heading. */
  name: string;
  /** How many owners must approve. */
  approvals: number;
  /** Nobody has to approve. */
  isOptional: boolean;
}

/** A line that says whose files are. */
export interface OwnersRule {
  line: number;
  /** As it is written. */
  pattern: string;
  section: OwnersSection;
  /** None: the files are nobody's in this section. */
  owners: readonly Owner[];
  /** Why nobody can say who owns what it may match: the rest of a sentence that begins with the line. */
  problem?: string;
}

/** A file that says who owns what. */
export interface CodeOwnersFile {
  dialect: Dialect;
  rules: readonly OwnersRule[];
  /**
   * The rules that decide about a path without a leading slash: of each section the last that matches. What that takes is
   * added to `effort`; throws `tooLarge` when it is more than anybody may wait for.
   */
  rulesOf(path: string, effort?: Effort): OwnersRule[];
}

/** Steps for one path, while nothing else is done: less than a second. */
const MOST_STEPS = 50_000_000;

/** Where the file may be, and which counts when there are several: the first. */
export const CODE_OWNERS_PLACES = [
  'CODEOWNERS',
  '.azuredevops/CODEOWNERS',
  '.github/CODEOWNERS',
  '.gitlab/CODEOWNERS',
  'docs/CODEOWNERS',
] as const;

interface MatchedRule extends OwnersRule {
  parts: readonly Part[];
  matched: Pattern;
}

/**
 * Reads a file as GitHub and GitLab document it. Where they differ, one with sections, or one in GitLab's place, is read as
 * GitLab does, and any other as GitHub. What cannot be read is a rule with a problem, for all that it may match.
 *
 * @param place where the file lies, without a leading slash
 */
export function parseCodeOwners(text: string, place = ''): CodeOwnersFile {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map(readOwnersLine);
  const isGitLabs = place.startsWith('.gitlab/') || lines.some(({ kind }) => kind === 'heading');
  const dialect = isGitLabs ? 'gitlab' : 'github';
  const rules = rulesIn(lines, dialect);
  return { dialect, rules, rulesOf: finder(rules) };
}

function rulesIn(lines: readonly OwnersLine[], dialect: Dialect): MatchedRule[] {
  const sections = new Map<string, OwnersSection>();
  const patterns = new Map<string, OwnersPattern & { matched: Pattern }>();
  const rules: MatchedRule[] = [];
  let section: OwnersSection = { name: '', approvals: 1, isOptional: false };
  let byDefault: { owners: readonly Owner[]; problem?: string } = { owners: [] };
  /** Why it is unknown in which section the lines are. */
  let isLost: string | undefined;
  for (const [index, line] of lines.entries()) {
    const below = `stands below line ${index + 1}, which`;
    if (line.kind === 'heading') {
      section = sectionOf(sections, line);
      byDefault = {
        owners: line.owners,
        ...(line.problem === undefined ? {} : { problem: `${below} ${line.problem}` }),
      };
      isLost = undefined;
    } else if (line.kind === 'brokenHeading') {
      section = { name: `line ${index + 1}`, approvals: 1, isOptional: false };
      isLost = `${below} ${line.problem}`;
    } else if (line.kind === 'rule') {
      const pattern = patterns.get(line.pattern) ?? compiled(line.pattern, dialect);
      patterns.set(line.pattern, pattern);
      const named = line.owners.length > 0 || line.problem !== undefined ? line : byDefault;
      const problem = isLost ?? pattern.problem ?? named.problem;
      const { parts, matched } = pattern;
      const rule = { line: index + 1, pattern: line.pattern, section, owners: named.owners, parts, matched };
      rules.push(problem === undefined ? rule : { ...rule, problem });
    }
  }
  return rules;
}

function compiled(text: string, dialect: Dialect): OwnersPattern & { matched: Pattern } {
  const pattern = readOwnersPattern(text, dialect);
  return { ...pattern, matched: patternOf(pattern.parts) };
}

/** Headings of the same name, whatever its case, are one section: as strict as the strictest of them. */
function sectionOf(
  sections: Map<string, OwnersSection>,
  { name, approvals, isOptional }: Extract<OwnersLine, { kind: 'heading' }>,
): OwnersSection {
  const key = name.toLowerCase();
  const section = sections.get(key) ?? { name, approvals, isOptional };
  section.approvals = Math.max(section.approvals, approvals);
  section.isOptional &&= isOptional;
  sections.set(key, section);
  return section;
}

/** Why nobody says who owns what changed: a file and paths that were made to keep others waiting, or a very long file. */
export function tooMuch(): Failure {
  return new Failure({
    kind: 'tooLarge',
    message:
      'Portcullis did not find out who owns what changed, as CODEOWNERS on the target branch has too many lines for so many files: ' +
      'say more with fewer lines, with fewer wildcards, or split the pull request.',
    remedy: 'needs fewer lines in CODEOWNERS, or fewer files',
  });
}

/** Most lines name a part of a path that others lack: only those that may match are tried. */
function finder(rules: readonly MatchedRule[]): CodeOwnersFile['rulesOf'] {
  const order = new Map([...new Set(rules.map(({ section }) => section))].map((section, index) => [section, index]));
  const byPart = new Map<string, MatchedRule[]>();
  const others: MatchedRule[] = [];
  for (const rule of rules.toReversed()) {
    const part = rule.parts.findLast((candidate) => typeof candidate === 'string');
    const alike = part === undefined ? others : (byPart.get(part) ?? []);
    alike.push(rule);
    if (part !== undefined) byPart.set(part, alike);
  }
  return (path, effort = { steps: 0 }) => {
    const parts = partsOfPath(path);
    const most = effort.steps + MOST_STEPS;
    const found = new Map<OwnersSection, MatchedRule>();
    const look = (candidates: readonly MatchedRule[]): void => {
      for (const rule of candidates) {
        const later = found.get(rule.section);
        if (later !== undefined && later.line > rule.line) continue;
        if (matchesPath(rule.matched, parts, effort)) found.set(rule.section, rule);
        if (effort.steps > most) throw tooMuch();
      }
    };
    for (const text of new Set(parts.map((part) => part.text))) look(byPart.get(text) ?? []);
    look(others);
    return [...found.values()].sort((a, b) => (order.get(a.section) ?? 0) - (order.get(b.section) ?? 0));
  };
}
