import { parseRemote } from './azure-devops-url-remote';
import { decodeSegments, encodedPath, wrong, type Parsed } from './azure-devops-url-segments';
import { isGuid } from './guid';

/** What an address names, as far as it says. Names are decoded; ids may stand in their place. */
export interface AzureDevOpsAddress {
  kind: 'services' | 'server';
  /** The organization's or collection's base URL, without a trailing slash and without a user name. */
  base: string;
  project: string | undefined;
  repository: string | undefined;
  pullRequestId: number | undefined;
}

/** A pull request by its place. The project is missing only where the repository is given by its id. */
export type PullRequestAddress = AzureDevOpsAddress & { repository: string; pullRequestId: number };

/** A project, or one repository of it. */
export type ProjectAddress = AzureDevOpsAddress & { project: string };

export type { Parsed } from './azure-devops-url-segments';

const EXAMPLE = 'https://dev.azure.com/organization/project/_git/repository/pullrequest/7';

/**
 * Reads the address of a pull request: its page, its REST resource, or, together with `number`, a repository's page, clone
 * URL or SSH remote, of Azure DevOps Services or Server. What is wrong is said in a sentence that does not repeat the
 * input, which may be a secret in the wrong place.
 */
export function parsePullRequestAddress(text: string, number?: number): Parsed<PullRequestAddress> {
  const parsed = parseAzureDevOpsUrl(text);
  if (!parsed.ok) return parsed;
  const { repository, pullRequestId, project } = parsed.address;
  if (repository === undefined) return wrong(`This address names no pull request; one looks like ${EXAMPLE}.`);
  if (pullRequestId === undefined && number === undefined) {
    return wrong(
      `This address names the repository ${repository}, but no pull request: add --pull-request <number>, or give the ` +
        `address of the pull request's page, like ${EXAMPLE}.`,
    );
  }
  if (pullRequestId !== undefined && number !== undefined && pullRequestId !== number) {
    return wrong(
      `The address names pull request ${pullRequestId}, but --pull-request says ${number}: give one of them.`,
    );
  }
  if (project === undefined && !isGuid(repository)) {
    return wrong(`Without the project, only a repository's id will do: put the project in front of _apis.`);
  }
  return { ok: true, address: { ...parsed.address, repository, pullRequestId: pullRequestId ?? number ?? 0 } };
}

/** Reads the address of a project or a repository, or of a page in it. */
export function parseProjectAddress(text: string): Parsed<ProjectAddress> {
  const parsed = parseAzureDevOpsUrl(text);
  if (!parsed.ok) return parsed;
  const { project } = parsed.address;
  if (project !== undefined) return { ok: true, address: { ...parsed.address, project } };
  return wrong(
    'This address names no project; give one like https://dev.azure.com/organization/project, or a repository\u2019s like ' +
      'https://dev.azure.com/organization/project/_git/repository.',
  );
}

/** Reads any address of Azure DevOps: a page, a REST resource, a clone URL or an SSH remote. */
export function parseAzureDevOpsUrl(text: string): Parsed<AzureDevOpsAddress> {
  const given = text.trim().replace(/^<(.*)>$/, '$1');
  if (given === '') return wrong(`The address is empty; it looks like ${EXAMPLE}.`);
  const remote = parseRemote(given);
  if (remote !== undefined) return remote.ok ? parseAzureDevOpsUrl(remote.address) : remote;
  // As browsers show it.
  const full = /^(?:dev\.azure\.com|[\w-]+\.visualstudio\.com)\//i.test(given) ? `https://${given}` : given;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    return wrong(`This is no address of Azure DevOps; one looks like ${EXAMPLE}.`);
  }
  if (url.password !== '') {
    return wrong(
      'The address carries a password, which others can read on a command line: take it out, and put the PAT into the ' +
        'environment variable AZURE_DEVOPS_PAT.',
    );
  }
  const segments = decodeSegments(url.pathname);
  return segments === undefined
    ? wrong('The address is not encoded correctly: a % stands for itself only as %25.')
    : parsePath(url, segments);
}

interface Home {
  kind: AzureDevOpsAddress['kind'];
  base: string;
  project: string | undefined;
}

function parsePath(url: URL, segments: readonly string[]): Parsed<AzureDevOpsAddress> {
  const marker = segments.findIndex((segment) => segment.startsWith('_'));
  const before = marker === -1 ? segments : segments.slice(0, marker);
  const home = parseHome(url, before);
  if (!home.ok) return home;
  const [area, ...after] = marker === -1 ? [] : segments.slice(marker);
  const nothing = { ...home.address, repository: undefined, pullRequestId: undefined };
  switch (area?.toLowerCase()) {
    case '_git':
    case '_ssh':
      return parseRepositoryPage(home.address, after);
    case '_apis':
      return parseResource(home.address, after);
    case '_settings':
    case '_admin': {
      const id = url.searchParams.get('repo') ?? '';
      return { ok: true, address: isGuid(id) ? { ...nothing, repository: id.toLowerCase() } : nothing };
    }
    default:
      return { ok: true, address: nothing };
  }
}

/** The organization or collection, and the project where the path names one. */
function parseHome(url: URL, before: readonly string[]): Parsed<Home> {
  const host = url.hostname.toLowerCase();
  const organization = /^([a-z0-9-]+)\.visualstudio\.com$/.exec(host)?.[1];
  if (host !== 'dev.azure.com' && organization === undefined) {
    if (!/(^|\.)(dev\.azure|visualstudio)\.com$/.test(host)) return parseCollection(url, before);
    return wrong(`${host} is not where pull requests are: open the pull request in the browser and copy its address.`);
  }
  if (url.protocol !== 'https:' || url.port !== '') return wrong(`${host} is reached by https:// alone.`);
  if (organization !== undefined) {
    // Everything that follows the project is a team, which repositories do not belong to.
    const [project] = before[0]?.toLowerCase() === 'defaultcollection' ? before.slice(1) : before;
    return { ok: true, address: { kind: 'services', base: `https://${host}`, project } };
  }
  const [name, project] = before;
  if (name === undefined) return wrong(`The address names no organization; it looks like ${EXAMPLE}.`);
  return { ok: true, address: { kind: 'services', base: `https://dev.azure.com${encodedPath([name])}`, project } };
}

/**
 * On a Server the path says neither where the virtual directory ends nor whether the project was left out. `tfs` is a
 * virtual directory, `DefaultCollection` is a collection; otherwise the project is taken to be there.
 */
function parseCollection(url: URL, before: readonly string[]): Parsed<Home> {
  const named = before.findIndex((segment) => segment.toLowerCase() === 'defaultcollection');
  const isTfs = before[0]?.toLowerCase() === 'tfs';
  const length = named !== -1 ? named + 1 : isTfs ? 2 : Math.max(1, before.length - 1);
  if (before.length < length || before.length === 0) {
    return wrong(
      `The address names no collection; on Azure DevOps Server it looks like ${url.origin}/collection/project/_git/repository/pullrequest/7.`,
    );
  }
  const base = `${url.origin}${encodedPath(before.slice(0, length))}`;
  return { ok: true, address: { kind: 'server', base, project: before[length] } };
}

/** What follows `_git`. */
function parseRepositoryPage(home: Home, after: readonly string[]): Parsed<AzureDevOpsAddress> {
  // Clone URLs may ask for a way to fetch.
  const [repository, page, id] = /^_(?:full|optimized)$/i.test(after[0] ?? '') ? after.slice(1) : after;
  if (repository === undefined) return wrong(`The address names no repository; it looks like ${EXAMPLE}.`);
  const place = { ...home, project: home.project ?? repository, repository };
  switch (page?.toLowerCase()) {
    case 'pullrequest':
      return numbered(place, id);
    case 'pullrequests':
      return id === undefined
        ? wrong('This is the list of pull requests: open one of them and copy its address.')
        : numbered(place, id);
    case 'pullrequestcreate':
      return wrong('This pull request is not created yet: create it, and copy the address of its page.');
    default:
      return { ok: true, address: { ...place, pullRequestId: undefined } };
  }
}

/** What follows `_apis`. */
function parseResource(home: Home, after: readonly string[]): Parsed<AzureDevOpsAddress> {
  const [area, kind, name, below, id] = after;
  const thing = `${area ?? ''}/${kind ?? ''}`.toLowerCase();
  if (thing === 'git/pullrequests') {
    return wrong(
      `This address leaves out the repository; give the one of the pull request's page, like ${EXAMPLE}, or ` +
        '…/_apis/git/repositories/<repository>/pullRequests/<number>.',
    );
  }
  if (area?.toLowerCase() === 'projects') {
    return { ok: true, address: { ...home, project: kind, repository: undefined, pullRequestId: undefined } };
  }
  const repository = thing === 'git/repositories' ? name : undefined;
  if (repository === undefined) {
    return { ok: true, address: { ...home, repository: undefined, pullRequestId: undefined } };
  }
  const place = { ...home, repository };
  return below?.toLowerCase() === 'pullrequests' && id !== undefined
    ? numbered(place, id)
    : { ok: true, address: { ...place, pullRequestId: undefined } };
}

function numbered(place: Home & { repository: string }, id: string | undefined): Parsed<AzureDevOpsAddress> {
  const number = /^[1-9]\d{0,9}$/.test(id ?? '') ? Number(id) : undefined;
  return number === undefined || number > 2 ** 31 - 1
    ? wrong(`The address names no pull request: a number should follow, as in ${EXAMPLE}.`)
    : { ok: true, address: { ...place, pullRequestId: number } };
}
