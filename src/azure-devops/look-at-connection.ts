import { ClientApiBase } from 'azure-devops-node-api/ClientApiBases';
import { z } from 'zod';

import type { LookAtConnection } from '../app/ports';
import { isRecent, type Asked, type ConnectionSight, type Refusal } from '../core/connection-sight';
import { toFailure, type FailureKind } from '../core/failures';
import { proxyTrouble } from '../core/proxy-address';
import { isSameName } from '../core/same-name';

import { ask, openDoor, type ConnectOptions, type Door } from './door';
import { readOwnHookRights } from './hook-permissions';
import { scopeProbes } from './probe-slice';
import { readMyself } from './read-myself';
import { readRepository } from './read-pull-request';
import { readRepositories } from './read-repositories';
import type { Sighting } from './sighting';

/** The location of pull requests, which tells how new the service is. */
const PULL_REQUESTS = '9946fd70-0d40-406e-b686-b4744cbbcc37';
/** It is kept with the connection, and shown to whoever may read that: a number, whatever else a server says. */
const location = z.object({ maxVersion: z.string().regex(/^\d{1,3}\.\d{1,3}$/) });

/** Somebody waits for the answer. */
const PATIENCE_MS = 1_000;

type Wanted = Parameters<LookAtConnection>[0];

/**
 * Looks at an organization or a collection as whoever has the credential, with reads alone, one after another; stops where nothing
 * more can be learnt. Throws only what `openDoor` throws.
 */
export async function lookAtConnection(
  { url, network, credential, repository, project, subscriptions }: Wanted,
  { log, now = () => new Date() }: Pick<ConnectOptions, 'log' | 'now'>,
): Promise<ConnectionSight> {
  let last: Sighting | undefined;
  let secondsAhead: number | undefined;
  let tenant: string | undefined;
  const onSighting = (sighting: Sighting): void => {
    last = sighting;
    if (sighting.kind === 'answer' && sighting.tenant !== '') tenant = sighting.tenant;
    if (sighting.kind === 'answer' && sighting.sentAt !== undefined) {
      secondsAhead = (now().getTime() - sighting.sentAt) / 1000;
    }
  };
  const door = openDoor({ url, network, credential, log, now, onSighting, patienceMs: PATIENCE_MS });
  const asked = async <T>(question: () => Promise<T>): Promise<Asked<T>> => {
    last = undefined;
    try {
      return { ok: true, value: await question() };
    } catch (error) {
      const { kind, message } = toFailure(error);
      return { ok: false, why: whyOf(last, kind), code: codeOf(last), reason: message };
    }
  };
  const probe = (scope: keyof typeof scopeProbes) => asked(() => scopeProbes[scope].ask(door));

  try {
    const who = await asked(() => readMyself(door));
    const sight = { ...nothingYet, who, secondsAhead, tenant };
    if (!who.ok) return sight;
    const newestVersion = await asked(() => readNewestVersion(door));
    if (newestVersion.ok && !isRecent(newestVersion.value)) return { ...sight, newestVersion };
    const scopes = {
      code: await probe('code'),
      workItems: await probe('workItems'),
      groups: await probe('groups'),
    };
    const repositories = await asked(() => readRepositories(door));
    const projects = new Map(
      (repositories.ok ? repositories.value : []).map(({ project }) => [project.id, project.name]),
    );
    return {
      ...sight,
      newestVersion,
      scopes,
      repositories: repositories.ok ? { ok: true, value: repositories.value.length } : repositories,
      project:
        project === undefined || !repositories.ok ? undefined : { name: project, isSeen: isIn(projects, project) },
      repository: repository && (await asked(() => readRepository(door, repository.project, repository.name))),
      subscriptions: subscriptions ? await asked(() => readHookRights(door, projects)) : undefined,
    };
  } finally {
    door.exchange.dispose();
  }
}

function isIn(projects: ReadonlyMap<string, string>, nameOrId: string): boolean {
  return [...projects].some(([id, name]) => id === nameOrId.toLowerCase() || isSameName(name, nameOrId));
}

const nothingYet = {
  newestVersion: undefined,
  scopes: undefined,
  repositories: undefined,
  repository: undefined,
  subscriptions: undefined,
};

async function readNewestVersion(door: Door): Promise<string> {
  const doing = `read what ${door.base} is able to do`;
  const { maxVersion } = await ask(doing, location, () => door.git.vsoClient.beginGetLocation('git', PULL_REQUESTS));
  return maxVersion;
}

/** In which projects the account may not view and edit subscriptions; none where it may in all of them, by the root. */
async function readHookRights(
  door: Door,
  projectNames: ReadonlyMap<string, string>,
): Promise<{ everywhere: boolean; lackingIn: string[] }> {
  const hooks = door.observe(new ClientApiBase(door.base, []));
  const { root, projects } = await readOwnHookRights(door, hooks, [...projectNames.keys()]);
  if (root.view && root.edit) return { everywhere: true, lackingIn: [] };
  const lacking = [...projects].filter(([, { view, edit }]) => !view || !edit);
  return { everywhere: false, lackingIn: lacking.map(([id]) => projectNames.get(id) ?? id).sort() };
}

/** Node's code or the status, for whoever looks it up. */
function codeOf(last: Sighting | undefined): string {
  if (last === undefined) return '';
  return last.kind === 'silence' ? last.code : String(last.status);
}

/** Names of errors that a certificate makes, beside those with CERT in them. */
const CERTIFICATE_ERRORS = new Set(['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'ERR_TLS_CERT_ALTNAME_INVALID']);

/** What was seen behind a question that failed. */
function whyOf(last: Sighting | undefined, kind: FailureKind): Refusal {
  if (last === undefined) return 'unexpected';
  if (last.kind === 'silence') {
    if (proxyTrouble(last.code)) return 'proxy';
    return last.code.includes('CERT') || CERTIFICATE_ERRORS.has(last.code) ? 'untrusted' : 'unreachable';
  }
  const { status, contentType, isAzureDevOps } = last;
  const isGood = status >= 200 && status < 300 && status !== 203;
  if (isGood && !contentType.startsWith('text/html')) {
    // What the service tells everybody, while the PAT counts for nothing.
    if (kind === 'credentialRefused') return 'anonymous';
    return isAzureDevOps ? 'unexpected' : 'foreign';
  }
  if (status === 203 || status === 401) return 'refused';
  // 501 is what simple servers say to OPTIONS.
  if (status === 408 || status === 429 || (status >= 500 && status !== 501)) return 'busy';
  if (status >= 300 && status < 400 && /signin|login/i.test(last.location)) return 'refused';
  if (!isAzureDevOps) return 'foreign';
  if (status < 400) return 'refused';
  return status === 404 ? 'missing' : status === 403 ? 'forbidden' : 'unexpected';
}
