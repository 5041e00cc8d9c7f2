import { html, type Html } from './html';
import type { IdentityShape, PullRequestShape } from './model';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function describeAge(at: number, now: number): string {
  const age = now - at;
  if (age < MINUTE) return 'just now';
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`;
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`;
  return new Date(at).toISOString().slice(0, 10);
}

/** A `time` element: how long ago, with the full UTC time as its title. Nothing for an absent or unreadable date. */
export function timeAgo(date: string | null | undefined, now: number): Html {
  const at = Date.parse(date ?? '');
  if (Number.isNaN(at)) return html``;
  const iso = new Date(at).toISOString();
  const title = `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
  return html`<time datetime="${iso}" title="${title}">${describeAge(at, now)}</time>`;
}

/** `refs/heads/feature/a` is shown as `feature/a`. */
export function branchName(refName: string): string {
  return refName.replace(/^refs\/heads\//, '');
}

/** The branch that a pull request comes from, with the fork's name before it when it is in one. */
export function sourceName({ sourceRefName, forkSource }: PullRequestShape): string {
  const fork = forkSource?.repository?.name;
  return `${fork ? `${fork}: ` : ''}${branchName(sourceRefName)}`;
}

export function shortCommit(commitId: string): string {
  return commitId.slice(0, 8);
}

export function displayName(identity: IdentityShape | null | undefined): string {
  return identity?.displayName ?? identity?.uniqueName ?? identity?.id ?? 'Unknown';
}

function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? ['?'];
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return picked.map((word) => String.fromCodePoint(word?.codePointAt(0) ?? 63).toUpperCase()).join('');
}

const HUES = 8;

/** A round badge with initials, coloured by the name; decoration, as the name always stands beside it. */
export function avatar(name: string, size: 'small' | 'medium' = 'medium'): Html {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return html`<span class="avatar ${size} hue-${hash % HUES}" aria-hidden="true">${initials(name)}</span>`;
}

/** Only http and https become links: anything else could execute. */
export function webAddress(url: string | null | undefined): string | undefined {
  if (!url || !URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return protocol === 'http:' || protocol === 'https:' ? href : undefined;
}

/** `1 file`, `3 files`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

/** The address of a repository, or of one of its pull requests, on the simulator itself. */
export function repositoryPath(home: string, project: string, repository: string): string {
  return `${home}/${[project, '_git', repository].map(encodeURIComponent).join('/')}`;
}

export function pullRequestPath(home: string, project: string, repository: string, id: number): string {
  return `${repositoryPath(home, project, repository)}/pullrequest/${id}`;
}

/** Paths come with or without a leading slash; threads always have it. */
export function rooted(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
