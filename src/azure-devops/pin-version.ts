interface Versions {
  maxVersion: string;
  releasedVersion: string;
}

/**
 * A location without what is newer than this REST API, so that node-api asks for the newest that both know, up to what the
 * connection was seen to have: a Server that is updated is asked as before until the connection was tested with what is new.
 */
export function pinnedTo<Location extends Versions>(apiVersion: string | null, location: Location): Location {
  if (apiVersion === null) return location;
  const { maxVersion, releasedVersion } = location;
  return {
    ...location,
    maxVersion: olderOf(maxVersion, apiVersion),
    releasedVersion: olderOf(releasedVersion, apiVersion),
  };
}

function olderOf(version: string, other: string): string {
  return Number.parseFloat(version) > Number.parseFloat(other) ? other : version;
}
