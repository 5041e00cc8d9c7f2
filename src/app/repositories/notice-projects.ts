import { toFailure } from '../../core/failures';
import type { Clock, Connection, KnownProjects } from '../ports';

import { MOST_FOUND, unreadyProjects, type FoundSources } from './found-projects';
import { readOverview } from './read-overview';

type Dependencies = FoundSources & { knownProjects: KnownProjects; clock: Clock };

/** Looks at all projects that a sweep saw. */
export type NoticeProjects = (connection: Connection, projects: readonly { id: string }[]) => Promise<void>;

/**
 * Has the log tell of each project that was not there at the sweep before, once, with what it lacks and the commands that
 * mend it. Those of the first sweep are taken as known. Where nothing is new this is one read. It keeps no sweep from its end.
 */
export function createNoticeProjects(dependencies: Dependencies): NoticeProjects {
  const { knownProjects, clock, log } = dependencies;

  const tell = async (connection: Connection, ids: readonly string[], foundAt: Date): Promise<void> => {
    const { id: connectionId } = connection;
    const found = ids.slice(0, MOST_FOUND).map((id) => ({ id, foundAt }));
    const unready = await unreadyProjects(
      dependencies,
      connection,
      await readOverview(dependencies, connection),
      found,
    );
    for (const { id, message, mend } of unready) {
      log.warn('A project that is new lacks something', { connectionId, projectId: id, reason: message, mend });
    }
    const lacking = new Set(unready.map(({ id }) => id));
    const ready = found.filter(({ id }) => !lacking.has(id)).map(({ id }) => id);
    if (ready.length > 0) log.info('Projects were found that are new, and lack nothing', { connectionId, ids: ready });
    const others = ids.length - found.length;
    if (others > 0) {
      const mend = ['portcullis repositories list', 'portcullis doctor'];
      log.warn('More projects are new than were looked at', { connectionId, others, mend });
    }
  };

  const notice: NoticeProjects = async (connection, projects) => {
    const ids = [...new Set(projects.map(({ id }) => id))];
    const known = await knownProjects.list(connection.id);
    if (!known) return knownProjects.seed(connection.id, ids);
    const before = new Set(known.map(({ id }) => id));
    const now = new Set(ids);
    const found = ids.filter((id) => !before.has(id));
    // That all are gone at once is trouble of another kind, after which all would be new.
    const gone = ids.length === 0 ? [] : known.map(({ id }) => id).filter((id) => !now.has(id));
    if (found.length === 0 && gone.length === 0) return;
    const foundAt = clock.now();
    // Told first: after a crash in between it is told again, and never not at all.
    if (found.length > 0) await tell(connection, found, foundAt);
    await knownProjects.change(connection.id, { found, foundAt, gone });
  };

  return async (connection, projects) => {
    try {
      await notice(connection, projects);
    } catch (error) {
      log.error('Whether projects are new could not be told; the next sweep looks again', {
        connectionId: connection.id,
        reason: toFailure(error).message,
      });
    }
  };
}
