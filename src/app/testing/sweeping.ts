import { sweepMessage, type SweepMessage } from '../../core/messages';
import { createBrokenConnections } from '../broken-connections';
import { createSweepConnection } from '../sweep-connection';

import { askedFor } from './listed-pull-requests';
import { connection } from './samples';
import { createWorld } from './world';

/** A sweep by itself: what it asks for stays in the queue. The world's own pull request is done with. */
export function createSweeping() {
  const world = createWorld();
  world.pullRequest.change(({ details }) => (details.status = 'completed'));
  const { shared } = world;
  const sweep = createSweepConnection({
    ...shared,
    brokenConnections: createBrokenConnections(shared),
    revive: world.runner.revive,
    noticeProjects: world.noticeProjects,
  });
  let sweeps = 0;
  return {
    ...world,
    world,
    /** Returns the numbers of the pull requests that this sweep asked for. */
    sweep: async (
      options: { full?: boolean; messageId?: string; part?: Pick<SweepMessage, 'projectId' | 'repositoryId'> } = {},
    ): Promise<number[]> => {
      const before = askedFor(world).length;
      sweeps += 1;
      const messageId = options.messageId ?? `sweep/${connection.id}/${sweeps}`;
      const delivery = { messageId, sessionId: `sweep/${connection.id}`, enqueuedAt: world.clock.now() };
      await sweep(sweepMessage(connection.id, options.full, options.part), delivery);
      return askedFor(world).slice(before);
    },
  };
}
