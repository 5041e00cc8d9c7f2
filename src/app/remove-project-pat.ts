import { Failure } from '../core/failures';
import { sweepMessage } from '../core/messages';

import { projectPatOf } from './credentials';
import type { Clock, Connection, Connections, Log, Secrets, WorkQueue } from './ports';

interface Dependencies {
  connections: Connections;
  secrets: Secrets;
  queue: WorkQueue;
  clock: Clock;
  log: Log;
}

/** Takes a project's PAT away, by the project's name or id: the connection's credential is used there from then on. */
export type RemoveProjectPat = (connection: Connection, project: string) => Promise<{ id: string; name: string }>;

export function createRemoveProjectPat(dependencies: Dependencies): RemoveProjectPat {
  const { connections, secrets, queue, clock, log } = dependencies;
  return async (connection, wanted) => {
    const named = wanted.toLowerCase();
    const own =
      projectPatOf(connection, named) ??
      connection.projectPats.find(({ projectName }) => projectName.toLowerCase() === named);
    if (!own) {
      const message = `Project ${wanted} has no PAT of its own in connection ${connection.name}: there is nothing to remove.`;
      throw new Failure({ kind: 'notFound', message });
    }
    const { projectId, projectName } = own;
    // First: after a crash in between the row still names it, so that whoever asks again removes the rest.
    await secrets.removePat(connection.id, projectId);
    await connections.change(connection.id, (present) => ({
      ...present,
      projectPats: present.projectPats.filter((each) => each.projectId !== projectId),
      expiryWarnings: present.expiryWarnings.filter((each) => each.projectId !== projectId),
    }));
    await queue.send(sweepMessage(connection.id, true, { projectId }), {
      messageId: `sweep/${connection.id}/pat removed/${projectId}/${clock.now().toISOString()}`,
    });
    log.info('The PAT of a project was removed', { connectionId: connection.id, projectId });
    return { id: projectId, name: projectName };
  };
}
