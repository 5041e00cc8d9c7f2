import { isMapping } from './plain';
import { SETTINGS_SCHEMA_VERSION } from './schema';

/**
 * A document that says of which version it is, where that is another than this release's. Whoever writes one need not say:
 * it is of the version of the release that saved it, which is not always the one that reads it.
 */
export function withSchemaVersion(document: unknown, savedAs: number | undefined): unknown {
  if (savedAs === undefined || savedAs === SETTINGS_SCHEMA_VERSION || !isMapping(document)) return document;
  return Object.hasOwn(document, 'schemaVersion') ? document : { schemaVersion: savedAs, ...document };
}
