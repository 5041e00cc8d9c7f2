/**
 * Runs in a worker thread: Azurite's table server, in plain CommonJS because the thread is started from a string.
 *
 * A thread of its own because Azurite loads three thousand modules (about a second): outside jest's module system that
 * happens once at native speed, its timers and sockets end with the thread, and no process is ever left behind.
 */
export const azuriteThread = `
'use strict';
const { createRequire } = require('node:module');
const { parentPort, workerData } = require('node:worker_threads');
const requireFrom = createRequire(workerData.azurite);
const TableServer = requireFrom('./TableServer').default;
const TableConfiguration = requireFrom('./TableConfiguration').default;

const inMemory = workerData.databasePath === undefined;
const server = new TableServer(new TableConfiguration(
  '127.0.0.1', workerData.port, 5, workerData.databasePath ?? 'unused', false, false, undefined, undefined,
  false, true, '', '', '', undefined, false, inMemory,
));
const http = server.httpServer;
server.metadataStore.db.autosaveInterval = 1000;

let fault = null;
const answer = http.listeners('request')[0];
http.removeAllListeners('request');
http.on('request', (request, response) => {
  if (fault === null) return answer(request, response);
  if (fault === 'hang') return undefined;
  request.resume();
  const busy = fault === 'throttle' ? 'The server is busy.' : 'The server is currently unable to receive requests.';
  response.writeHead(503, { 'Content-Type': 'application/json', 'x-ms-error-code': 'ServerBusy' });
  return response.end(JSON.stringify({
    'odata.error': { code: 'ServerBusy', message: { lang: 'en-US', value: busy } },
  }));
});

let port = workerData.port;
const actions = {
  setFault: async (value) => { fault = value; },
  interrupt: () => new Promise((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  }),
  resume: () => new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', () => { http.off('error', reject); resolve(); });
  }),
  stop: async () => {
    http.closeAllConnections();
    if (server.getStatus() !== 0) await server.close();
  },
};
parentPort.on('message', ({ id, action, value }) => {
  actions[action](value).then(
    () => parentPort.postMessage({ id }),
    (error) => parentPort.postMessage({ id, error: String(error) }),
  );
});
server.start().then(
  () => {
    port = http.address().port;
    parentPort.postMessage({ port });
  },
  (error) => parentPort.postMessage({ id: 0, error: String(error) }),
);
`;
