/** Words of Azure DevOps' own in the paths of its routes; whatever else stands there is an id or a name of somebody's. */
const WORDS = new Set(
  (
    '_apis git repositories pullrequests iterations changes threads comments statuses reviewers workitems labels commits ' +
    'diffs blobs items itemsbatch refs wit workitemsbatch identities hooks subscriptions notifications ' +
    'notificationsquery publishers consumers connectiondata projects policy configurations evaluations types revisions ' +
    'accesscontrollists accesscontrolentries permissions securitynamespaces permissionevaluationbatch ' +
    'resourceareas properties commitsbatch mergebases graph users groups descriptors operations tfvc branches stats'
  ).split(' '),
);

/**
 * The path of a request with each id and name replaced: few different ones, and nothing in them that is anybody's.
 *
 * @param base the connection's URL without a trailing slash; its path, which names the organization, is left out
 */
export function urlTemplate(base: string, url: URL): string {
  const prefix = new URL(base).pathname.replace(/\/$/, '');
  const path = url.pathname.startsWith(`${prefix}/`) ? url.pathname.slice(prefix.length) : url.pathname;
  const segments = path
    .split('/')
    .map((segment) => (WORDS.has(segment.toLowerCase()) ? segment.toLowerCase() : '{id}'));
  // What is before the area is the project; an identities host of another origin has its organization there.
  const area = segments.indexOf('_apis');
  const named = segments.map((segment, index) => (segment === '{id}' && index < area ? '{project}' : segment));
  return `/${named.slice(1).join('/')}`;
}
