import { z } from 'zod';
import { secretChange, type Secret, type SecretStore, type SecretVersion } from './secret-store';

/** A request as the routes see it: the path decoded into segments, the body parsed. */
export interface VaultRequest {
  method: string;
  /** The vault's own address without a trailing slash: the ids in answers begin with it. */
  baseUrl: string;
  segments: string[];
  query: URLSearchParams;
  body: unknown;
  /** What is deleted stays recoverable until its day, whoever wants it purged. */
  isPurgeProtected: boolean;
}

export interface VaultResponse {
  status: number;
  /** Absent: an empty body. */
  body?: unknown;
}

const RECOVERABLE_DAYS = 90;
/** Key Vault's own page size where the caller asks for none. */
const PAGE_SIZE = 25;
const NAME = /^[0-9a-zA-Z-]{1,127}$/;

const setBody = secretChange.extend({ value: z.string().max(25_600) });

/** Key Vault's error shape. */
export const failure = (status: number, code: string, message: string, inner?: string): VaultResponse => ({
  status,
  body: { error: { code, message, ...(inner === undefined ? {} : { innererror: { code: inner } }) } },
});

const notFound = (name: string): VaultResponse =>
  failure(
    404,
    'SecretNotFound',
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command.`,
  );

const current = (secret: Secret): SecretVersion | undefined => secret.versions.at(-1);

function properties(baseUrl: string, secret: Secret, version: SecretVersion, withVersion = true): object {
  return {
    id: `${baseUrl}/secrets/${secret.name}${withVersion ? `/${version.version}` : ''}`,
    contentType: version.contentType,
    attributes: { ...version.attributes, recoveryLevel: 'Recoverable+Purgeable', recoverableDays: RECOVERABLE_DAYS },
    tags: version.tags,
  };
}

function deleted(baseUrl: string, secret: Secret, version: SecretVersion): object {
  const deletedDate = secret.deletedDate ?? 0;
  return {
    ...properties(baseUrl, secret, version),
    recoveryId: `${baseUrl}/deletedsecrets/${secret.name}`,
    deletedDate,
    scheduledPurgeDate: deletedDate + RECOVERABLE_DAYS * 86_400,
  };
}

function page(request: VaultRequest, items: object[]): VaultResponse {
  const size = Math.min(PAGE_SIZE, Number(request.query.get('maxresults') ?? PAGE_SIZE) || PAGE_SIZE);
  const skip = Number(request.query.get('$skiptoken') ?? 0) || 0;
  const end = skip + size;
  const version = encodeURIComponent(request.query.get('api-version') ?? '');
  const nextLink =
    end < items.length
      ? `${request.baseUrl}/${request.segments.join('/')}?api-version=${version}&$skiptoken=${end}&maxresults=${size}`
      : null;
  return { status: 200, body: { value: items.slice(skip, end), nextLink } };
}

function answerSecret(store: SecretStore, request: VaultRequest, name: string, wanted: string): VaultResponse {
  const known = store.find(name);
  const secret = known?.deletedDate === undefined ? known : undefined;

  if (request.method === 'PUT') {
    if (!NAME.test(name)) return failure(400, 'BadParameter', `The request URI contains an invalid name: ${name}`);
    if (known !== undefined && secret === undefined) {
      return failure(
        409,
        'Conflict',
        `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
        'ObjectIsDeletedButRecoverable',
      );
    }
    const body = setBody.safeParse(request.body);
    if (!body.success) return failure(400, 'BadParameter', z.prettifyError(body.error));
    const added = store.addVersion(name, body.data.value, body.data);
    return {
      status: 200,
      body: { value: added.version.value, ...properties(request.baseUrl, added.secret, added.version) },
    };
  }

  const version = wanted === '' ? secret && current(secret) : secret?.versions.find((one) => one.version === wanted);
  if (secret === undefined || version === undefined) return notFound(wanted === '' ? name : `${name}/${wanted}`);
  switch (request.method) {
    case 'GET':
      // Key Vault hands out a secret outside its nbf and exp: they are information; only `enabled` bars reading.
      if (!version.attributes.enabled) {
        return failure(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled');
      }
      return { status: 200, body: { value: version.value, ...properties(request.baseUrl, secret, version) } };
    case 'PATCH': {
      const body = secretChange.safeParse(request.body);
      if (!body.success) return failure(400, 'BadParameter', z.prettifyError(body.error));
      store.update(version, body.data);
      return { status: 200, body: properties(request.baseUrl, secret, version) };
    }
    case 'DELETE':
      store.setDeleted(secret, true);
      return { status: 200, body: deleted(request.baseUrl, secret, version) };
    default:
      return failure(405, 'MethodNotAllowed', `${request.method} is not allowed on a secret.`);
  }
}

function answerDeleted(store: SecretStore, request: VaultRequest, name: string, action: string): VaultResponse {
  const found = store.find(name);
  const secret = found?.deletedDate === undefined ? undefined : found;
  const version = secret && current(secret);
  if (secret === undefined || version === undefined) return notFound(name);
  if (request.method === 'GET' && action === '') {
    return { status: 200, body: deleted(request.baseUrl, secret, version) };
  }
  if (request.method === 'POST' && action === 'recover') {
    store.setDeleted(secret, false);
    return { status: 200, body: properties(request.baseUrl, secret, version) };
  }
  if (request.method === 'DELETE' && action === '') {
    if (request.isPurgeProtected) {
      return failure(
        403,
        'Forbidden',
        'Operation purge is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.',
      );
    }
    store.purge(secret);
    return { status: 204 };
  }
  return failure(405, 'MethodNotAllowed', `${request.method} is not allowed on a deleted secret.`);
}

/** Answers one authenticated request in Key Vault's shapes; what the stand-in does not have is 501 with a sentence. */
export function answerVaultRequest(store: SecretStore, request: VaultRequest): VaultResponse {
  const [collection, name = '', third = ''] = request.segments;
  if (collection === 'secrets' && request.segments.length <= 3) {
    if (name === '') {
      if (request.method !== 'GET') return failure(405, 'MethodNotAllowed', 'Only GET lists secrets.');
      const items = store.all().flatMap((secret) => {
        const version = current(secret);
        return secret.deletedDate !== undefined || version === undefined
          ? []
          : [properties(request.baseUrl, secret, version, false)];
      });
      return page(request, items);
    }
    if (request.method === 'GET' && third === 'versions') {
      const secret = store.find(name);
      if (secret === undefined || secret.deletedDate !== undefined) return notFound(name);
      return page(
        request,
        secret.versions.map((version) => properties(request.baseUrl, secret, version)),
      );
    }
    return answerSecret(store, request, name, third);
  }
  if (collection === 'deletedsecrets' && request.segments.length <= 3) {
    if (name !== '') return answerDeleted(store, request, name, third);
    const items = store.all().flatMap((secret) => {
      const version = current(secret);
      return secret.deletedDate === undefined || version === undefined
        ? []
        : [deleted(request.baseUrl, secret, version)];
    });
    return page(request, items);
  }
  return failure(501, 'NotImplemented', 'The local Key Vault has secrets only, without backup and restore.');
}
