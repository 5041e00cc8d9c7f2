import { Failure } from '../core/failures';

/**
 * Connection ids stand in table keys, secret names and URLs. Key Vault takes letters, digits and hyphens and ignores
 * case, so anything else could make two connections share a secret.
 */
const CONNECTION_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ROW_ID = /^[0-9A-Za-z][0-9A-Za-z._-]{0,127}$/;

/** False for what cannot be the id of any connection: a look-up may then answer without asking. */
export function isConnectionId(id: string): boolean {
  return CONNECTION_ID.test(id);
}

/** The id, or a failure: for writing. */
export function connectionKey(id: string): string {
  if (isConnectionId(id)) return id;
  throw refused(`'${id}' cannot be a connection's id: lower-case letters, digits and hyphens, at most 64, are.`);
}

/** A repository's id in lower case, as Azure DevOps writes GUIDs both ways. */
export function repositoryKey(id: string): string {
  return guidKey(id, 'repository');
}

/** A project's id in lower case. */
export function projectKey(id: string): string {
  return guidKey(id, 'project');
}

function guidKey(id: string, of: string): string {
  const key = id.toLowerCase();
  if (GUID.test(key)) return key;
  throw refused(`'${id}' is not a ${of}'s id: a GUID is.`);
}

/** False for what cannot be an id of our own making: a look-up may then answer without asking. */
export function isRowId(id: string): boolean {
  return ROW_ID.test(id);
}

/** An id of our own making that ends up in a row's key. */
export function rowKey(id: string): string {
  if (ROW_ID.test(id)) return id;
  throw refused(`'${id}' cannot stand in a row's key: letters, digits, '.', '_' and '-', at most 128, can.`);
}

function refused(message: string): Failure {
  return new Failure({ kind: 'unexpected', message });
}
