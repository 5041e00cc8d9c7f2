import { decodeSegments, encodedPath, wrong, type Parsed } from './azure-devops-url-segments';

const REMOTE = 'git@ssh.dev.azure.com:v3/organization/project/repository';

/**
 * An SSH remote as the repository's address over HTTPS; undefined for what is no SSH remote. A Server's is taken to answer
 * HTTPS under the same name, as a remote does not say.
 */
export function parseRemote(text: string): Parsed<string> | undefined {
  const short = /^[^\s@:/]+@([\w.-]+):(?!\/\/)(.*)$/.exec(text);
  if (short) return parseHost(short[1] ?? '', short[2] ?? '');
  if (!/^ssh:\/\//i.test(text)) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.hostname === '') return wrong(`This is no SSH remote of Azure DevOps, like ${REMOTE}.`);
  if (url.password !== '') return wrong('The remote carries a password: take it out; evaluating does not use SSH.');
  return parseHost(url.hostname, url.pathname);
}

function parseHost(name: string, path: string): Parsed<string> {
  const host = name.toLowerCase();
  const segments = decodeSegments(path);
  if (segments === undefined) return wrong('The remote is not encoded correctly: a % stands for itself only as %25.');
  if (host === 'ssh.dev.azure.com' || host === 'vs-ssh.visualstudio.com') {
    const [version, organization, project, repository, ...rest] = segments;
    if (version !== 'v3' || organization === undefined || project === undefined || repository === undefined) {
      return wrong(`This remote does not say organization, project and repository, as ${REMOTE} does.`);
    }
    if (rest.length > 0) return wrong(`This remote has more parts than ${REMOTE}.`);
    return { ok: true, address: `https://dev.azure.com${encodedPath([organization, project, '_git', repository])}` };
  }
  // Any host may be a Server; what it serves says whether it is one.
  if (!segments.some((segment) => /^_(?:git|ssh)$/i.test(segment))) {
    return wrong(
      `This is no SSH remote of Azure DevOps, like ${REMOTE} or ssh://server:22/collection/project/_git/repository.`,
    );
  }
  return { ok: true, address: `https://${host}${encodedPath(segments)}` };
}
