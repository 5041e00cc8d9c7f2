import { createServer } from 'node:http';

import { enqueue, isAuthentic, readBody, readIds } from '../by-hand';
import { listenAndServe } from '../listen';

/** node:http and nothing else. */
const server = createServer((request, response) => {
  const answer = async (): Promise<number> => {
    if (!isAuthentic(request.headers.authorization)) return 401;
    const ids = readIds(JSON.parse((await readBody(request)).toString('utf8')));
    if (!ids) return 200;
    await enqueue(ids);
    return 202;
  };
  void answer()
    .catch(() => 503)
    .then((status) => response.writeHead(status, { 'content-length': 0 }).end());
});
listenAndServe(server);
