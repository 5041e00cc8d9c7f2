import type { Server } from 'node:http';

import { serveParent } from './child-side';
import { stubQueue } from './stub-queue';

/** Listens on a free loopback port, and tells the parent which, and how much was queued. */
export function listenAndServe(server: Server): void {
  server.listen(0, '127.0.0.1', () => serveListening(server));
}

export function serveListening(server: Server): void {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port.');
  serveParent({ port: address.port }, () => {
    const { user, system } = process.cpuUsage();
    return { queued: stubQueue.count, residentBytes: process.memoryUsage.rss(), cpuMicroseconds: user + system };
  });
}
