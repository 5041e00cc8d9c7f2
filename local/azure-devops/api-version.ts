import type { IncomingHttpHeaders } from 'node:http';
import { AzureDevOpsError } from './errors';
import type { Query } from './http';
import type { Route } from './router';

/** Of Azure DevOps Services. */
export const NEWEST_VERSION = '7.2';
const RELEASED = 7.1;
const VERSION = /^(\d+(?:\.\d+)?)(-preview(?:\.\d+)?)?$/;

/**
 * Holds a request against the rules of api-versions: writes need one, previews must be named as such, and there is
 * nothing newer than `newest`.
 *
 * @throws AzureDevOpsError 400
 */
export function checkApiVersion(
  method: string,
  headers: IncomingHttpHeaders,
  query: Query,
  route: Route,
  newest: string,
): void {
  const given = query.text('api-version') ?? /api-version=([^;,\s]+)/i.exec(headers.accept ?? '')?.[1];
  if (given === undefined) {
    if (method === 'GET' || method === 'OPTIONS') return;
    throw new AzureDevOpsError(
      400,
      'VssVersionNotSpecifiedException',
      `No api-version was supplied for the "${method}" request. The version must be supplied either as part of the Accept header (e.g. "application/json; api-version=1.0") or as a query parameter (e.g. "?api-version=1.0").`,
      0,
    );
  }
  const [, number, preview] = VERSION.exec(given) ?? [];
  if (number === undefined || Number(number) > Number(newest)) {
    throw new AzureDevOpsError(
      400,
      'VssVersionOutOfRangeException',
      `The requested REST API version of ${given} is out of range for this server. The latest REST API version this server supports is ${newest}.`,
      0,
    );
  }
  if (preview === undefined && (route.isPreview === true || Number(number) > RELEASED)) {
    throw new AzureDevOpsError(
      400,
      'VssInvalidPreviewVersionException',
      `The requested version "${given}" of the resource is under preview. The -preview flag must be supplied in the api-version for such requests. For example: "${number}-preview"`,
      0,
    );
  }
}
