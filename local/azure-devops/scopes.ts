import { AzureDevOpsError } from './errors';
import type { Identity, Token } from './state-model';

const CODE_WRITE = ['vso.code_write', 'vso.code_manage', 'vso.code_full'];
const CODE = ['vso.code', ...CODE_WRITE];
const WORK_WRITE = ['vso.work_write', 'vso.work_full'];
const WORK = ['vso.work', ...WORK_WRITE];
const POSTS_THAT_ASK = /^(?:wit\/(?:workitemsbatch|artifacturiquery)|git\/.*\/(?:blobs|itemsbatch))$/;

/** The scopes of which any one is enough, as the documents say it; undefined where none is needed. */
function scopesFor(method: string, path: string): readonly string[] | undefined {
  const reads = method === 'GET' || POSTS_THAT_ASK.test(path);
  const [area] = path.split('/');
  switch (area) {
    case 'identities':
      return ['vso.identity', 'vso.identity_manage'];
    case 'wit':
      return reads ? WORK : WORK_WRITE;
    case 'projects':
      if (reads) return ['vso.project', 'vso.project_write', 'vso.project_manage', 'vso.profile'];
      return method === 'PATCH' ? ['vso.project_write', 'vso.project_manage'] : ['vso.project_manage'];
    case 'accesscontrollists':
    case 'accesscontrolentries':
    case 'permissions':
      return reads ? undefined : ['vso.security_manage'];
    case 'graph':
      return reads ? ['vso.graph', 'vso.graph_manage'] : ['vso.graph_manage'];
    case 'hooks':
      return ['vso.code', 'vso.work', 'vso.build'];
    case 'git':
      if (path.includes('/statuses')) return [...(reads ? CODE : CODE_WRITE), 'vso.code_status'];
      if (path.includes('/threads')) return [...(reads ? CODE : CODE_WRITE), 'vso.threads_full'];
      return reads ? CODE : CODE_WRITE;
    case 'policy':
      return reads ? CODE : CODE_WRITE;
    default:
      return undefined;
  }
}

/**
 * Holds a request against the scopes of its PAT. Discovery and who-am-I need none.
 *
 * @throws AzureDevOpsError 401 TF400813
 */
export function requireScope({ scopes }: Token, identity: Identity, method: string, segments: readonly string[]): void {
  if (scopes === undefined || method === 'OPTIONS') return;
  const needed = scopesFor(method, segments.join('/').toLowerCase());
  if (!needed || needed.some((scope) => scopes.includes(scope))) return;
  throw new AzureDevOpsError(
    401,
    'UnauthorizedRequestException',
    `TF400813: The user '${identity.id}' is not authorized to access this resource.`,
  );
}
