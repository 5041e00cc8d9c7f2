/** One request to Azure DevOps in the words of a person: what a failure sentence is made of. */
export interface RequestDescription {
  /** True for requests that change nothing, whatever their verb: only those are repeated. */
  isRead: boolean;
  /** A verb phrase with its place: `post the status on pull request 7 of repository … in https://…`. */
  doing: string;
  /** The scope that the PAT needs for it, in the words of the page where PATs are made. */
  scope: string;
  /** The right that the account needs for it. */
  permission: string;
}

/** POSTs that only ask: their body is too long for a URL. */
const readingPosts =
  /\/_apis\/(?:wit\/workitemsbatch|hooks\/notificationsquery|git\/repositories\/[^/]+\/(?:blobs|itemsbatch))$/i;

interface Route {
  path: RegExp;
  thing: string;
  /** Verb phrases where `read` and `write` would be clumsy. */
  writing?: string;
  readScope: string;
  writeScope: string;
  readPermission: string;
  writePermission: string;
}

const code = { readScope: 'Code (Read)', readPermission: 'Read' };
const contribute = { writePermission: 'Contribute to pull requests' };

const routes: readonly Route[] = [
  {
    path: /\/pullrequests\/\d+(?:\/iterations\/\d+)?\/statuses/i,
    thing: 'the statuses of',
    writing: 'post a status on',
    ...code,
    ...contribute,
    writeScope: 'Code (Status)',
  },
  {
    path: /\/pullrequests\/\d+\/threads/i,
    thing: 'the comment threads of',
    writing: 'write a comment thread on',
    ...code,
    ...contribute,
    writeScope: 'Pull Request Threads (Read & write)',
  },
  {
    path: /\/pullrequests\/\d+\/reviewers/i,
    thing: 'the reviewers of',
    writing: 'add a reviewer to',
    ...code,
    ...contribute,
    writeScope: 'Code (Read & write)',
  },
  { path: /\/pullrequests\/\d+\/iterations\/\d+\/changes/i, thing: 'the changed files of', ...onlyCode() },
  { path: /\/pullrequests\/\d+\/iterations/i, thing: 'the iterations of', ...onlyCode() },
  { path: /\/pullrequests\/\d+\/workitems/i, thing: 'the work item links of', ...onlyCode() },
  { path: /\/blobs$/i, thing: 'file contents of', ...onlyCode() },
  { path: /\/diffs\/commits$/i, thing: 'the changed files of', ...onlyCode() },
  { path: /\/refs$/i, thing: 'the branches of', ...onlyCode() },
  {
    path: /\/_apis\/wit(?:\/|$)/i,
    thing: 'work items of',
    readScope: 'Work Items (Read)',
    writeScope: 'Work Items (Read & write)',
    readPermission: 'View work items in this node',
    writePermission: 'Edit work items in this node',
  },
  {
    path: /\/_apis\/identities$/i,
    thing: 'the groups of',
    readScope: 'Identity (Read)',
    writeScope: 'Identity (Read)',
    readPermission: 'View instance-level information',
    writePermission: 'View instance-level information',
  },
  {
    path: /\/_apis\/hooks(?:\/|$)/i,
    thing: 'the service hook subscriptions of',
    writing: 'write a service hook subscription of',
    readScope: 'Code (Read)',
    writeScope: 'Code (Read)',
    readPermission: 'View subscriptions',
    writePermission: 'Edit subscriptions',
  },
  {
    path: /\/_apis\/(?:accesscontrollists|accesscontrolentries|permissions)(?:\/|$)/i,
    thing: 'the permissions of',
    writing: 'change the permissions of',
    readScope: 'Code (Read)',
    writeScope: 'Security (Manage)',
    readPermission: 'View subscriptions',
    writePermission: 'View, edit and delete subscriptions',
  },
  {
    path: /\/_apis\/(?:git\/)?policy(?:\/|$)/i,
    thing: 'the branch policies of',
    ...code,
    writeScope: 'Code (Read & write)',
    writePermission: 'Edit policies',
  },
  {
    path: /\/_apis\/(?:projects|core)(?:\/|$)/i,
    thing: 'the projects of',
    readScope: 'Project and Team (Read)',
    writeScope: 'Project and Team (Read & write)',
    readPermission: 'View project-level information',
    writePermission: 'Edit project-level information',
  },
  { path: /\/_apis\/(?:connectiondata|location)$/i, thing: 'the account behind the PAT of', ...onlyCode() },
];

function onlyCode(): Pick<Route, 'readScope' | 'writeScope' | 'readPermission' | 'writePermission'> {
  return { ...code, writeScope: 'Code (Read & write)', writePermission: 'Contribute' };
}

/**
 * Describes a request by its verb and URL alone, so that no call needs to say a second time what it is about.
 * `base` is the connection's URL without a trailing slash.
 */
export function describeRequest(base: string, verb: string, url: URL): RequestDescription {
  const path = url.pathname;
  const isRead =
    verb === 'GET' || verb === 'OPTIONS' || verb === 'HEAD' || (verb === 'POST' && readingPosts.test(path));
  const route = routes.find((candidate) => candidate.path.test(path));
  const place = describePlace(base, path);
  if (!route) {
    const { readScope, writeScope, readPermission, writePermission } = onlyCode();
    return isRead
      ? { isRead, doing: `read ${place}`, scope: readScope, permission: readPermission }
      : { isRead, doing: `write to ${place}`, scope: writeScope, permission: writePermission };
  }
  return isRead
    ? { isRead, doing: `read ${route.thing} ${place}`, scope: route.readScope, permission: route.readPermission }
    : {
        isRead,
        doing: `${route.writing ?? `write ${route.thing}`} ${place}`,
        scope: route.writeScope,
        permission: route.writePermission,
      };
}

/** `pull request 7 of repository r in https://…`, as far as the path says. */
function describePlace(base: string, path: string): string {
  const prefix = new URL(base).pathname.replace(/\/$/, '');
  const rest = path.startsWith(prefix) ? path.slice(prefix.length) : path;
  const repository = /\/repositories\/([^/]+)/i.exec(rest)?.[1];
  const pullRequest = /\/pullrequests\/(\d+)/i.exec(rest)?.[1];
  const project = /^\/([^/]+)\/_apis\//.exec(rest)?.[1];
  const parts = [
    ...(pullRequest === undefined ? [] : [`pull request ${pullRequest}`]),
    ...(repository === undefined ? [] : [`repository ${readable(repository)}`]),
    ...(project === undefined ? [] : [`project ${readable(project)}`]),
  ];
  return parts.length === 0 ? base : `${parts.join(' of ')} in ${base}`;
}

function readable(segment: string): string {
  try {
    return oneLine(decodeURIComponent(segment), 80);
  } catch {
    return oneLine(segment, 80);
  }
}

/** Text of somebody else's for the middle of our sentence: no control characters, no more than `longest` characters. */
export function oneLine(text: string, longest: number): string {
  const flat = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .toWellFormed();
  return flat.length <= longest ? flat : `${flat.slice(0, longest - 1).toWellFormed()}…`;
}
