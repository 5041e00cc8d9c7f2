import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

import type { Flavour } from '../local/azure-devops/flavour';
import { startAzureDevOpsSimulator } from '../local/azure-devops/simulator';
import { createLocalClock, type LocalClock } from '../local/clock';
import {
  administerHookRights,
  connectAzureDevOps,
  connectServiceHooks,
  type ConnectedAzureDevOps,
  type ConnectedHookGranting,
  type ConnectedServiceHooks,
} from '../src/azure-devops/connect';
import { toFailure, type Failure } from '../src/core/failures';
import type { PullRequestKey } from '../src/core/snapshot';

export interface FileChange {
  path: string;
  content?: string;
  changeType?: 'add' | 'edit' | 'delete' | 'rename';
  sourceServerItem?: string;
}

const loggedRequests = z.array(z.object({ method: z.string(), url: z.string() }));
const refs = z.object({ value: z.array(z.object({ name: z.string(), objectId: z.string() })) });
const created = z.object({ pullRequestId: z.int() });
const linkable = z.object({ artifactId: z.string() });

/** The simulated shop with its author at work, and doors to it. */
export interface Shop {
  url: string;
  clock: LocalClock;
  repositoryId: string;
  connect(pat: string): ConnectedAzureDevOps;
  hooks(pat: string): ConnectedServiceHooks;
  granting(pat: string): ConnectedHookGranting;
  /** Pushes a commit; a branch that does not exist begins at `from`, which is `main` unless said. */
  push(branch: string, changes: FileChange[], from?: string): Promise<void>;
  createPullRequest(
    source: string,
    options?: { target?: string; supportsIterations?: boolean },
  ): Promise<PullRequestKey>;
  linkWorkItem(key: PullRequestKey, id: number): Promise<void>;
  control(method: string, name: string, body?: unknown): Promise<unknown>;
  /** The requests that `call` makes. */
  requestsOf(call: () => Promise<unknown>): Promise<{ method: string; url: string }[]>;
  stop(): Promise<void>;
}

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** On Services, or as the collection of a Server. */
export async function startShop(flavour: Flavour = 'services'): Promise<Shop> {
  const clock = createLocalClock();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'portcullis-azure-devops-'));
  const simulator = await startAzureDevOpsSimulator({ clock, dataDirectory, flavour });
  const { url } = simulator;
  const doors: { dispose(): void }[] = [];
  const keep = <Door extends { dispose(): void }>(door: Door): Door => {
    doors.push(door);
    return door;
  };
  const options = (pat: string): Parameters<typeof connectAzureDevOps>[0] => ({
    url,
    credential: { kind: 'pat', pat },
    log,
    now: () => new Date(clock.now()),
  });
  const connect = (pat: string): ConnectedAzureDevOps => keep(connectAzureDevOps(options(pat)));
  const { id: repositoryId } = await connect('author-pat').readRepository('Shop', 'web');
  const repository = `git/repositories/${repositoryId}`;

  /** A request as the author makes it, with plain fetch. */
  const author = async (method: string, path: string, body?: unknown, type = 'application/json'): Promise<unknown> => {
    const response = await fetch(`${url}/Shop/_apis/${path}${path.includes('?') ? '&' : '?'}api-version=7.1`, {
      method,
      headers: { authorization: `Basic ${Buffer.from(':author-pat').toString('base64')}`, 'content-type': type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };

  const control = async (method: string, name: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(new URL(`/_simulator/${name}`, url), {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  };

  return {
    url,
    clock,
    repositoryId,
    connect,
    hooks: (pat) => keep(connectServiceHooks(options(pat))),
    granting: (pat) => keep(administerHookRights(options(pat))),
    control,
    async push(branch, changes, from = 'main') {
      const { value } = refs.parse(await author('GET', `${repository}/refs`));
      const tip = (name: string): string | undefined =>
        value.find((ref) => ref.name === `refs/heads/${name}`)?.objectId;
      const known = tip(branch);
      if (known === undefined) {
        await author('POST', `${repository}/refs`, [
          { name: `refs/heads/${branch}`, oldObjectId: '0'.repeat(40), newObjectId: tip(from) },
        ]);
      }
      await author('POST', `${repository}/pushes`, {
        refUpdates: [{ name: `refs/heads/${branch}`, oldObjectId: known ?? tip(from) }],
        commits: [
          {
            comment: 'a change',
            changes: changes.map(({ path, content, changeType = 'add', sourceServerItem }) => ({
              changeType,
              item: { path },
              ...(sourceServerItem === undefined ? {} : { sourceServerItem }),
              ...(content === undefined ? {} : { newContent: { content, contentType: 'rawtext' } }),
            })),
          },
        ],
      });
    },
    async createPullRequest(source, { target = 'main', supportsIterations = true } = {}) {
      const answer = await author('POST', `${repository}/pullRequests?supportsIterations=${supportsIterations}`, {
        sourceRefName: `refs/heads/${source}`,
        targetRefName: `refs/heads/${target}`,
        title: `feat: ${source}`,
        description: `Adds ${source}.`,
      });
      return { connectionId: 'c1', repositoryId, pullRequestId: created.parse(answer).pullRequestId };
    },
    async linkWorkItem({ pullRequestId }, id) {
      const pullRequest = linkable.parse(await author('GET', `${repository}/pullRequests/${pullRequestId}`));
      const value = { rel: 'ArtifactLink', url: pullRequest.artifactId, attributes: { name: 'Pull Request' } };
      const patch = [{ op: 'add', path: '/relations/-', value }];
      await author('PATCH', `wit/workitems/${id}`, patch, 'application/json-patch+json');
    },
    async requestsOf(call) {
      await control('DELETE', 'requests');
      await call();
      return loggedRequests.parse(await control('GET', 'requests'));
    },
    async stop() {
      for (const door of doors) door.dispose();
      await simulator.stop();
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** The failure that a call ends in; any other end is an error of the test. */
export async function failureOf(call: Promise<unknown>): Promise<Failure> {
  return call.then(
    () => Promise.reject(new Error('it succeeded')),
    (error: unknown) => toFailure(error),
  );
}
