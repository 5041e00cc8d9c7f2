import type { Server } from 'node:http';

/**
 * Takes no more connections and resolves when the requests under way are answered. Kept-alive connections are closed as
 * they fall idle, and after `withinMilliseconds` all that are left.
 */
export function stopServer(server: Server, withinMilliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    const overdue = setTimeout(() => server.closeAllConnections(), withinMilliseconds);
    server.close(() => {
      clearInterval(idle);
      clearTimeout(overdue);
      resolve();
    });
    server.closeIdleConnections();
  });
}
