import type { Asked, ConnectionLine, ConnectionNeeds, ConnectionSight } from './connection-sight';
import { isRecent, newestKnown, OLDEST_VERSION } from './connection-sight';
import { IDENTITY_HELP, NO_TENANT } from './entra';
import { accountLine, clockLine, licenceLine, repositoryLine, subscriptionsLine } from './judge-connection-account';
import { scopeLines } from './judge-connection-scopes';
import { proxyTrouble } from './proxy-address';

/** What was looked at, and what the connection is to be. */
export interface ConnectionToJudge {
  /** The organization's or collection's base URL. */
  url: string;
  kind: 'services' | 'server';
  /** A bearer is the token of the deployment's managed identity. */
  credential: 'pat' | 'bearer';
  /** Its way there: through which proxy, and whether there are authorities of its own. */
  network: { proxy: string | null; caCertificates: string | null };
  /** The newest REST API that was asked for so far; null where that is not known. */
  apiVersion: string | null;
  /** The tenant that a bearer is from, where it says so. */
  tenant?: string | undefined;
  sight: ConnectionSight;
  needs: ConnectionNeeds;
  /** What is known of the connection, where there is one. */
  known:
    | {
        organizationIds: readonly string[];
        identity: { id: string; displayName: string } | undefined;
        /** What the account was refused to write when it last tried. */
        refusedWrites: readonly ('status' | 'threads' | 'reviewers')[];
      }
    | undefined;
}

/**
 * Every cause of trouble on a line of its own, and what is right beside it. What cannot be judged because of an earlier
 * cause has no line.
 */
export function judgeConnection(judged: ConnectionToJudge): ConnectionLine[] {
  const { sight, url } = judged;
  const clock = clockLine(sight.secondsAhead);
  if (!sight.who.ok) return [refusalLine(judged, sight.who), ...(clock?.state === 'ok' ? [] : clock ? [clock] : [])];
  const { identity, organizationIds, pictureUrl } = sight.who.value;
  const lines: ConnectionLine[] = [
    { check: 'reachable', state: 'ok', message: `${url} answers, and is Azure DevOps.` },
    organizationLine(judged, organizationIds),
    { check: 'credential', state: 'ok', message: `The ${nameOf(judged)} is accepted.` },
    ...(clock ? [clock] : []),
  ];
  const version = versionLine(judged);
  lines.push(version);
  if (version.state === 'broken') return lines;
  return [
    ...lines,
    withPicture(accountLine(identity, judged.known?.identity, judged.credential), pictureUrl),
    ...scopeLines(sight, judged.needs, judged.credential, judged.known?.refusedWrites ?? []),
    ...[licenceLine(sight), repositoryLine(sight), subscriptionsLine(sight, judged.needs)].filter(
      (line) => line !== undefined,
    ),
  ];
}

/** Why nothing at all can be learnt. */
function refusalLine(judged: ConnectionToJudge, refused: Asked<unknown> & { ok: false }): ConnectionLine {
  const { url, kind, credential, network } = judged;
  const { host } = new URL(url);
  const code = refused.code === '' ? '' : ` (${refused.code})`;
  switch (refused.why) {
    case 'unreachable':
      return {
        check: 'reachable',
        state: 'broken',
        message: `No answer came from ${host}${code}: ${silence(refused.code)}.`,
        help: 'Look for a typing error in the address, and whether Portcullis may reach this server through its network, proxy and firewall.',
      };
    case 'proxy': {
      const trouble = proxyTrouble(refused.code);
      return {
        check: 'proxy',
        state: 'broken',
        message: `The proxy ${network.proxy ?? ''} ${trouble?.does ?? 'does not answer'}, so the ${nameOf(judged)} was not sent.`,
        help: trouble?.help ?? 'Look whether the proxy is up.',
      };
    }
    case 'untrusted':
      return {
        check: 'certificate',
        state: 'broken',
        message: `The certificate of ${host} is not trusted where Portcullis runs${code}, so the ${nameOf(judged)} was not sent.`,
        help: `${certificateHelp(network)} Or mend the server's certificate: its name, its dates and its chain.`,
      };
    case 'foreign':
      return {
        check: 'azure-devops',
        state: 'broken',
        message: `${host} answers${code}, but not as Azure DevOps does.`,
        help: 'Open the organization in the browser and copy its address; on a Server, with its port and virtual directory.',
      };
    case 'missing':
      return {
        check: 'organization',
        state: 'broken',
        message: `Azure DevOps answers at ${host}, but has no ${kind === 'services' ? 'organization' : 'collection'} at ${url}.`,
        help: 'Look for a typing error in its name, and whether it was renamed: open it in the browser and copy its address.',
      };
    case 'refused':
      if (credential === 'bearer') {
        const other = tenantLine(judged);
        if (other) return other;
        return {
          check: 'credential',
          state: 'broken',
          message: `Azure DevOps asks to sign in${code}: the managed identity is no user of this organization, or the organization is backed by another Entra tenant.`,
          help: IDENTITY_HELP,
        };
      }
      return {
        check: 'credential',
        state: 'broken',
        message: `Azure DevOps asks to sign in${code}: the PAT has expired, was revoked, was not copied whole, or is another organization’s.`,
        help: 'As the account of Portcullis, look under User settings, Personal access tokens, and make a new one for this organization.',
      };
    case 'anonymous': {
      const other = credential === 'bearer' ? tenantLine(judged) : undefined;
      if (other) return other;
      return {
        check: 'anonymous',
        state: 'broken',
        message: `Azure DevOps answers, but takes whoever has this ${nameOf(judged)} for nobody (anonymous).`,
        help:
          credential === 'bearer'
            ? IDENTITY_HELP
            : 'Look whether the account is still a member of the organization and active, and whether a conditional access policy keeps it out; then make a new PAT.',
      };
    }
    case 'busy':
      return {
        check: 'reachable',
        state: 'broken',
        message: `${host} is busy or down${code}.`,
        help: 'Try again in some minutes.',
      };
    case 'forbidden':
      return {
        check: 'organization',
        state: 'broken',
        message: `The account may not enter ${url}${code}.`,
        help: 'Add it to the organization (Organization settings, Users), and look whether a policy of the organization keeps it out.',
      };
    case 'unexpected':
      return {
        check: 'azure-devops',
        state: 'broken',
        message: `${host} answers something that Portcullis does not understand. ${refused.reason}`,
        help: 'Try again, and report this if it stays so.',
      };
  }
}

function certificateHelp({ proxy, caCertificates }: ConnectionToJudge['network']): string {
  const given =
    caCertificates === null
      ? 'Give the certificate of the authority that issued it with --ca-certificate.'
      : 'It is not by the authority that was given with --ca-certificate: give the one that issued it.';
  return proxy === null ? given : `${given} A proxy that looks into TLS has an authority of its own.`;
}

/** Where no managed identity of this deployment can be a user at all. */
function tenantLine({ url, sight, tenant }: ConnectionToJudge): ConnectionLine | undefined {
  if (sight.tenant === NO_TENANT) {
    return {
      check: 'entra',
      state: 'broken',
      message: `${url} is not backed by an Entra tenant, so no managed identity can be a user of it.`,
      help: 'Connect the organization to the Entra tenant of the deployment (Organization settings, Microsoft Entra), or connect with a PAT.',
    };
  }
  if (sight.tenant === undefined || tenant === undefined || sight.tenant === tenant) return undefined;
  return {
    check: 'entra',
    state: 'broken',
    message: `${url} is backed by another Entra tenant (${sight.tenant}) than the managed identity is in (${tenant}).`,
    help: 'Deploy Portcullis into a subscription of that tenant, or connect with a PAT.',
  };
}

function withPicture(line: ConnectionLine, pictureUrl: string | undefined): ConnectionLine {
  if (pictureUrl === undefined) return line;
  return { ...line, message: `${line.message} Its picture is at ${pictureUrl}.` };
}

function nameOf({ credential }: ConnectionToJudge): string {
  return credential === 'pat' ? 'PAT' : 'managed identity';
}

function silence(code: string): string {
  const known: Record<string, string> = {
    ENOTFOUND: 'there is no server of that name',
    EAI_AGAIN: 'its name could not be looked up',
    ECONNREFUSED: 'nothing listens there',
    EHOSTUNREACH: 'no way leads there',
    ENETUNREACH: 'no way leads there',
    ETIMEDOUT: 'it took too long',
    'timed out': 'it took too long',
    EPROTO: 'it does not speak TLS, so it may be an http:// address',
    ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS, so it may be an http:// address',
  };
  return known[code] ?? 'the connection failed';
}

function organizationLine({ url, known }: ConnectionToJudge, seen: readonly string[]): ConnectionLine {
  const isSame = !known || known.organizationIds.some((id) => seen.includes(id));
  if (isSame) return { check: 'organization', state: 'ok', message: `${url} is there.` };
  return {
    check: 'organization',
    state: 'broken',
    message: `${url} is another organization now than the one that was connected, so the hooks that come are dropped.`,
    help: 'Connect the address again if that is meant; else look where the organization went.',
  };
}

function versionLine({ url, sight, apiVersion }: ConnectionToJudge): ConnectionLine {
  const asked = sight.newestVersion;
  if (!asked?.ok) {
    const reason = asked ? ` ${asked.reason}` : '';
    return { check: 'version', state: 'warning', message: `Which version this is could not be learnt.${reason}` };
  }
  if (isRecent(asked.value)) {
    const used = newestKnown(asked.value);
    const isNew = apiVersion !== null && apiVersion !== used;
    return {
      check: 'version',
      state: 'ok',
      message: `Its REST API goes up to version ${asked.value}${isNew ? `; so far Portcullis asked for ${apiVersion}, from now on for ${used}` : ''}.`,
    };
  }
  return {
    check: 'version',
    state: 'broken',
    message: `The REST API of ${url} ends at version ${asked.value}: this Server is too old for Portcullis, which takes ${OLDEST_VERSION}.`,
    help: 'Update it to Azure DevOps Server 2022.1 or newer.',
  };
}
