import { z } from 'zod';

import type { SignedIn } from '../app/ports';
import { isGuid } from '../core/guid';

/** The app role of administrators of the whole deployment, as the app registration declares it. */
const ADMIN_ROLE = 'admin';
/** The delegated permission that the app registration exposes, and which a person's token must carry. */
const DELEGATED_SCOPE = 'user_impersonation';

const LONGEST_NAME = 200;

const texts = z.array(z.string()).catch([]);
const tokenSchema = z.object({
  oid: z.string().refine(isGuid),
  tid: z.string(),
  sub: z.string(),
  scp: z.string().optional(),
  azp: z.string().optional(),
  appid: z.string().optional(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  upn: z.string().optional(),
  app_displayname: z.string().optional(),
  roles: texts,
  groups: texts,
  hasgroups: z.unknown().optional(),
  _claim_names: z.record(z.string(), z.unknown()).catch({}),
});

/** Who a verified access token is of; undefined when it is no access token of this tenant for this API. */
export function principalOfToken(claims: unknown, tenantId: string): SignedIn | undefined {
  const parsed = tokenSchema.safeParse(claims);
  if (!parsed.success || parsed.data.tid.toLowerCase() !== tenantId) return undefined;
  const { oid, sub, scp, azp, appid, roles, groups, hasgroups, _claim_names: elsewhere } = parsed.data;
  // An ID token has neither: it says who signed in, and lets nobody act for them.
  const isPerson = scp?.split(' ').includes(DELEGATED_SCOPE) === true;
  const isApplication = scp === undefined && sub === oid && (azp ?? appid) !== undefined;
  if (!isPerson && !isApplication) return undefined;
  const { name, preferred_username, upn, app_displayname } = parsed.data;
  return {
    id: oid.toLowerCase(),
    name: nameOf(oid, name ?? app_displayname, preferred_username ?? upn),
    kind: isPerson ? 'person' : 'application',
    isAdmin: roles.includes(ADMIN_ROLE),
    groups: groups.map((group) => group.toLowerCase()),
    areGroupsMissing: hasgroups !== undefined || 'groups' in elsewhere,
  };
}

const principalSchema = z.object({
  auth_typ: z.literal('aad'),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});
const LONGEST_PRINCIPAL = 65_536;

/** A claim has its short name or the long one that the platform maps it to. */
const NAMES = {
  oid: ['http://schemas.microsoft.com/identity/claims/objectidentifier', 'oid'],
  tid: ['http://schemas.microsoft.com/identity/claims/tenantid', 'tid'],
  aud: ['aud'],
  roles: ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'],
  groups: ['groups'],
  name: ['name', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name'],
  userName: ['preferred_username', 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn'],
  elsewhere: ['_claim_names', 'hasgroups'],
} as const;

/**
 * Who the platform says has signed in (the header X-MS-CLIENT-PRINCIPAL of App Service Authentication); undefined when
 * that is nobody of this tenant. Only for requests that the platform has seen: anybody can write such a header.
 */
export function principalOfPlatform(header: string, tenantId: string, clientId: string): SignedIn | undefined {
  const parsed = principalSchema.safeParse(decode(header));
  if (!parsed.success) return undefined;
  const valuesOf = (name: keyof typeof NAMES): string[] =>
    parsed.data.claims.filter(({ typ }) => NAMES[name].some((each) => each === typ)).map(({ val }) => val);
  const [oid = ''] = valuesOf('oid');
  const isOurs = (name: 'tid' | 'aud', ...wanted: string[]): boolean =>
    valuesOf(name).every((value) => wanted.includes(value.toLowerCase()));
  const isOfTenant = valuesOf('tid').length > 0 && isOurs('tid', tenantId);
  if (!isGuid(oid) || !isOfTenant || !isOurs('aud', clientId, `api://${clientId}`)) return undefined;
  return {
    id: oid.toLowerCase(),
    name: nameOf(oid, valuesOf('name')[0], valuesOf('userName')[0]),
    kind: 'person',
    isAdmin: valuesOf('roles').includes(ADMIN_ROLE),
    groups: valuesOf('groups').map((group) => group.toLowerCase()),
    areGroupsMissing: valuesOf('elsewhere').length > 0,
  };
}

function decode(header: string): unknown {
  if (header.length > LONGEST_PRINCIPAL) return undefined;
  try {
    return JSON.parse(Buffer.from(header, 'base64').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** People choose their display names, but not their user names: both, so that nobody passes for somebody else. */
function nameOf(id: string, name: string | undefined, userName: string | undefined): string {
  const shown = name === undefined || name === userName ? [] : [name];
  const sure = userName ?? id.toLowerCase();
  const text = shown.length === 0 ? sure : `${shown.join('').slice(0, LONGEST_NAME)} (${sure})`;
  return text.toWellFormed().slice(0, 2 * LONGEST_NAME);
}
