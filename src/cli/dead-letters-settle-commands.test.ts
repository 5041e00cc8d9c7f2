import { createServer, type Server } from 'node:http';

import { dropCommand } from './dead-letters-settle-commands';

let portcullis: Server;
let isWhole: boolean;
let told: string[];

beforeEach(async () => {
  const letter = {
    reference: 'r1',
    recordedAt: '2026-11-01T00:00:00.000Z',
    kind: 'sweep',
    connectionId: null,
    connection: null,
    repositoryId: null,
    pullRequestId: null,
    reason: 'x',
    description: '',
    judgedSince: null,
  };
  const answers = (url: string): unknown => {
    if (url.endsWith('/me')) return { isAdmin: true };
    if (url.endsWith('/drop')) return { results: [{ reference: 'r1', state: 'dropped', message: null }] };
    return { deadLetters: [letter], next: null, isWhole };
  };
  portcullis = createServer((request, response) => response.end(JSON.stringify(answers(request.url ?? ''))));
  const port = await new Promise<number>((resolve) => {
    portcullis.listen(0, '127.0.0.1', () => {
      const address = portcullis.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
  jest.replaceProperty(process, 'env', { PORTCULLIS_URL: `http://127.0.0.1:${port}`, PORTCULLIS_TOKEN: 't' });
  told = [];
  for (const stream of [process.stdout, process.stderr])
    jest.spyOn(stream, 'write').mockImplementation((text) => told.push(String(text)) > 0);
});

afterEach(() => {
  jest.restoreAllMocks();
  process.exitCode = 0;
  portcullis.closeAllConnections();
  portcullis.close();
});

test.each([
  [true, 0],
  [false, 1],
])('all of them are all that there are: %s, exit status %d', async (isAll, status) => {
  isWhole = isAll;
  process.exitCode = 0;
  await dropCommand().parseAsync(['--all', '--yes'], { from: 'user' });
  expect(told.join('')).toContain('1 dead letter of 1 is dropped.');
  expect(told.join('').includes('There are more records than are looked at')).toBe(!isAll);
  expect(process.exitCode).toBe(status);
});
