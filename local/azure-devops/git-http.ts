import { spawn } from 'node:child_process';
import { createGunzip } from 'node:zlib';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ZERO_ID, type GitRef, type RefChange } from './git-repository';
import { gitEnvironment } from './git-process';
import { authenticate } from './identities';
import { parsePushCommands, refusePush } from './git-push-commands';
import { isProtected, PUSH_REFUSED } from './policies/protected-branches';
import { readBytes } from './read-bytes';
import { permissionsOf } from './permissions';
import { refsMoved } from './pull-request-updates';
import { findRepository } from './lookups';
import { AzureDevOpsError, repositoryNotFound } from './errors';
import type { Simulation } from './simulation';
import type { Identity, Repository } from './state-model';

const SERVICES = ['git-upload-pack', 'git-receive-pack'] as const;
const LARGEST_PUSH = 1024 * 1024 * 1024;
type Service = (typeof SERVICES)[number];

export interface GitHttpRequest {
  project: string;
  repository: string;
  /** What follows the repository: `info/refs`, `git-upload-pack` or `git-receive-pack`. */
  rest: string;
  service: string | null;
}

/** Serves `git clone`, `fetch` and `push` over HTTP. After a push pull requests follow before git gets its answer. */
export async function serveGit(
  simulation: Simulation,
  gitPath: string,
  wanted: GitHttpRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const identity = authenticate(simulation.state, request.headers);
  if (!identity) {
    response.writeHead(401, {
      'WWW-Authenticate': 'Basic realm="Azure DevOps simulator"',
      'Content-Type': 'text/plain',
    });
    response.end("TF400813: The user '' is not authorized to access this resource.\n");
    return;
  }
  const service = SERVICES.find((each) => each === (wanted.rest === 'info/refs' ? wanted.service : wanted.rest));
  if (!service) {
    plain(response, 403, 'Only the smart protocol is served.');
    return;
  }
  let repository: Repository;
  try {
    repository = findRepository(simulation.state, identity, wanted.project, wanted.repository);
    if (repository.isDisabled) throw repositoryNotFound(repository.name);
  } catch (error) {
    plain(response, 404, error instanceof AzureDevOpsError ? error.message : String(error));
    return;
  }
  if (service === 'git-receive-pack' && !permissionsOf(simulation.state, identity, repository).contribute) {
    plain(response, 403, "TF401027: You need the Git 'GenericContribute' permission to perform this action.");
    return;
  }
  if (wanted.rest === 'info/refs') return advertise(simulation, gitPath, repository, service, request, response);
  if (service === 'git-receive-pack') {
    const body = await readBytes(unpacked(request), LARGEST_PUSH);
    const refused = refusal(simulation, repository, identity, body);
    if (refused) {
      response.writeHead(200, headersFor('application/x-git-receive-pack-result'));
      response.end(refused);
      return;
    }
    await receive(simulation, gitPath, repository, identity, body, request, response);
    return;
  }
  await pipe(simulation, gitPath, repository, service, request, response);
}

/** A push to a branch that only pull requests may move is refused before git sees it, and whatever it brings beside. */
function refusal(simulation: Simulation, repository: Repository, identity: Identity, body: Buffer): Buffer | undefined {
  const commands = parsePushCommands(body);
  if (!commands) return undefined;
  const isRefused = (change: RefChange): boolean => isProtected(simulation.state, repository, identity, change);
  if (!commands.changes.some(isRefused)) return undefined;
  return refusePush(commands, (change) =>
    isRefused(change) ? PUSH_REFUSED : 'Another ref of the same push was refused.',
  );
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

const unpacked = (request: IncomingMessage): NodeJS.ReadableStream =>
  request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;

function start(
  simulation: Simulation,
  gitPath: string,
  repository: Repository,
  service: Service,
  request: IncomingMessage,
  more: readonly string[] = [],
) {
  const protocol = request.headers['git-protocol'];
  const child = spawn(
    gitPath,
    [service.replace(/^git-/, ''), '--stateless-rpc', ...more, simulation.git(repository).directory],
    { env: gitEnvironment(typeof protocol === 'string' ? { GIT_PROTOCOL: protocol } : {}) },
  );
  child.stderr.resume();
  child.stdin.on('error', () => undefined);
  return child;
}

const headersFor = (type: string): Record<string, string> => ({ 'Content-Type': type, 'Cache-Control': 'no-cache' });

async function advertise(
  simulation: Simulation,
  gitPath: string,
  repository: Repository,
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const line = `# service=${service}\n`;
  response.writeHead(200, headersFor(`application/x-${service}-advertisement`));
  response.write(`${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`);
  const child = start(simulation, gitPath, repository, service, request, ['--advertise-refs']);
  child.stdin.end();
  child.stdout.pipe(response);
  await ended(child);
}

async function pipe(
  simulation: Simulation,
  gitPath: string,
  repository: Repository,
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, headersFor(`application/x-${service}-result`));
  const child = start(simulation, gitPath, repository, service, request);
  unpacked(request).pipe(child.stdin);
  child.stdout.pipe(response);
  // A client that goes away must not leave git waiting for it.
  response.on('close', () => child.kill());
  await ended(child);
}

async function receive(
  simulation: Simulation,
  gitPath: string,
  repository: Repository,
  identity: Identity,
  body: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const git = simulation.git(repository);
  const output = await git.exclusively(async () => {
    await git.separate();
    const before = await git.refs();
    const child = start(simulation, gitPath, repository, 'git-receive-pack', request);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stdin.end(body);
    await ended(child);
    git.forgetRefs();
    const changes = differences(before, await git.refs());
    if (changes.length > 0) await refsMoved(simulation, repository, identity, changes);
    return Buffer.concat(chunks);
  });
  response.writeHead(200, headersFor('application/x-git-receive-pack-result'));
  response.end(output);
}

function ended(child: ReturnType<typeof spawn>): Promise<void> {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve());
  });
}

/** A merge that is tried out at the same time is no part of the push. */
const isPushable = (name: string): boolean => name.startsWith('refs/heads/') || name.startsWith('refs/tags/');

function differences(before: ReadonlyMap<string, GitRef>, after: ReadonlyMap<string, GitRef>): RefChange[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter(isPushable).flatMap((name) => {
    const oldObjectId = before.get(name)?.objectId ?? ZERO_ID;
    const newObjectId = after.get(name)?.objectId ?? ZERO_ID;
    return oldObjectId === newObjectId ? [] : [{ name, oldObjectId, newObjectId }];
  });
}
