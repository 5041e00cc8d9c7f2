import { parsePullRequestAddress } from './azure-devops-url';
import { decodeSegments } from './azure-devops-url-segments';

/** A pull request as a description names it. Numbers are unique within an organization; names say where it should be. */
export interface Reference {
  /** As it is written. */
  written: string;
  number: number;
  /** Names or ids; undefined where none is written. */
  project: string | undefined;
  repository: string | undefined;
}

/** What was meant for a reference and is none. */
export interface NoReference {
  written: string;
  /** It is the address of something in another organization or collection. */
  isElsewhere: boolean;
}

const LARGEST_NUMBER = 2 ** 31 - 1;
const ADDRESS = /^<?(?:[a-z][a-z0-9+.-]*:\/\/|dev\.azure\.com\/|[\w-]+\.visualstudio\.com\/)/i;
/** The address behind words: `[the API](https://…)`. */
const LINK = /^\[[^\]]*\]\(\s*([^\s()]+)(?:\s[^()]*)?\)$/;
/** What neither a project nor a repository may have in its name, so that commas part and slashes divide. */
const NOT_IN_NAMES = /[\\/:*?"<>|;#${},+=[\]`]/;

/**
 * The references of one line: `!7`, `api!7`, `Shop/api!7`, addresses, between commas. The number follows the last `!`, so
 * that a name may have blanks in it; several that have none may stand side by side.
 */
export function referencesOf(value: string, webUrl: string): (Reference | NoReference)[] {
  const pieces = value.split(/[,;]/).map((piece) => piece.trim().replace(/\.$/, ''));
  return pieces.flatMap((piece) => {
    if (piece === '') return [];
    const words = piece.split(/\s+/).map((word) => referenceOf(word, webUrl));
    const areAll = words.length > 1 && words.every((word) => !('isElsewhere' in word) || word.isElsewhere);
    return areAll ? words : [referenceOf(piece, webUrl)];
  });
}

/** Equal for references that name the same in the same way, whatever their case. */
export function meaningOf({ number, project = '', repository = '' }: Reference): string {
  return `${foldedName(project)}/${foldedName(repository)}!${number}`;
}

/** Names of projects and repositories, as Azure DevOps compares them. */
export function isSameName(one: string, other: string): boolean {
  return foldedName(one) === foldedName(other);
}

function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function referenceOf(written: string, webUrl: string): Reference | NoReference {
  const linked = LINK.exec(written)?.[1] ?? written;
  if (ADDRESS.test(linked)) return addressed(linked, written, webUrl);
  const [, prefix = '', digits = ''] = /^(.*?)\\?!(\d{1,10})$/s.exec(linked) ?? [];
  const number = Number(digits);
  const names = prefix.trim() === '' ? [] : prefix.split('/').map((name) => name.trim());
  const areNames = names.length < 3 && names.every((name) => name !== '' && !NOT_IN_NAMES.test(name));
  if (number < 1 || number > LARGEST_NUMBER || !areNames || /!\d/.test(prefix)) return { written, isElsewhere: false };
  return { written, number, project: names.length === 2 ? names[0] : undefined, repository: names.at(-1) };
}

function addressed(text: string, written: string, webUrl: string): Reference | NoReference {
  const parsed = parsePullRequestAddress(text);
  if (!parsed.ok) return { written, isElsewhere: false };
  const { base, project, repository, pullRequestId } = parsed.address;
  const home = homeOf(webUrl);
  const place = { written, number: pullRequestId, repository };
  if (organizationOf(base) === home) return { ...place, project };
  // A Server's address that leaves out the project does not tell where the collection ends.
  const isCollection = project !== undefined && organizationOf(`${base}/${encodeURIComponent(project)}`) === home;
  return isCollection ? { ...place, project: repository } : { written, isElsewhere: true };
}

/** The organization or collection that a pull request's page is in. */
function homeOf(webUrl: string): string {
  const project = webUrl.slice(0, webUrl.lastIndexOf('/_git/'));
  return organizationOf(project.slice(0, project.lastIndexOf('/')));
}

/** Equal for the two addresses that an organization has, and whether by http or https. */
function organizationOf(base: string): string {
  const { host, pathname } = new URL(base.toLowerCase());
  const path = decodeSegments(pathname)?.join('/') ?? pathname;
  const organization = /^([a-z0-9-]+)\.visualstudio\.com$/.exec(host)?.[1];
  if (organization !== undefined) return `dev.azure.com/${organization}`;
  return `${host}/${path}`;
}

/** An ISO time with `Z` or an offset; a day alone begins with its midnight in UTC. Undefined for anything else. */
export function timeOf(text: string): Date | undefined {
  const [whole, day = '', time = '00:00', seconds = ':00', zone = 'Z'] =
    /^(\d{4}-\d{2}-\d{2})(?:[T ]((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d)?(?:\.\d{1,9})? ?(Z|UTC|[+-]\d{2}:\d{2}))?$/i.exec(
      text,
    ) ?? [];
  // The 30th of February is read as a day of March.
  const isDay = day !== '' && !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
  if (whole === undefined || !isDay) return undefined;
  const at = new Date(`${day}T${time}${seconds}${/^[+-]/.test(zone) ? zone : 'Z'}`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
