import { inflateSync } from 'node:zlib';
import { basic, startTestSimulator, type TestSimulator } from './testing/start-test-simulator';

/** The pictures that references to people promise. */
let sim: TestSimulator;
beforeAll(async () => {
  sim = await startTestSimulator();
});
afterAll(() => sim.end());

async function get(url: string, pat: string): Promise<{ status: number; type: string | null; bytes: Buffer }> {
  const response = await fetch(url, pat === '' ? {} : { headers: { authorization: basic(pat) } });
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, type: response.headers.get('content-type'), bytes };
}

/** Width, height, and how many bytes the picture has when unpacked. */
function measured(png: Buffer): number[] {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const start = png.indexOf('IDAT');
  const rows = inflateSync(png.subarray(start + 4, start + 4 + png.readUInt32BE(start - 4)));
  return [png.readUInt32BE(16), png.readUInt32BE(20), rows.length];
}

test('both addresses of a reference show the same picture, and everybody has another', async () => {
  await sim.branch('seen', { 'seen.txt': '1\n' });
  const { createdBy } = (await sim.open('seen')) as unknown as { createdBy: Record<string, unknown> };
  const { avatar } = createdBy['_links'] as { avatar: { href: string } };
  const one = await get(String(createdBy['imageUrl']), 'bot-pat');
  const other = await get(avatar.href, 'bot-pat');
  expect([one.status, one.type, other.status, other.type]).toEqual([200, 'image/png', 200, 'image/png']);
  expect(one.bytes.equals(other.bytes)).toBe(true);
  expect(measured(one.bytes)).toEqual([48, 48, 48 * (48 * 3 + 1)]);
  const me = (await sim.call('bot', 'GET', '_apis/connectionData?api-version=7.1-preview')).body.authenticatedUser;
  const mine = await sim.call('bot', 'GET', `_apis/graph/Subjects/${String(me['subjectDescriptor'])}/avatars`);
  const bytes = Buffer.from((mine.body as unknown as { value: string }).value, 'base64');
  expect(measured(bytes)).toEqual(measured(one.bytes));
  expect(bytes.equals(one.bytes)).toBe(false);
});

test('nobody sees one without a PAT, nor of somebody who is not there', async () => {
  const at = (id: string): string => `${sim.simulator.url}/_api/_common/identityImage?id=${id}`;
  expect((await get(at('x'), '')).type).toContain('text/html');
  expect((await get(at('x'), 'bot-pat')).status).toBe(404);
  await sim.control('POST', 'pats', { token: 'bot-pat', scopes: ['vso.code'] });
  const graph = await sim.call('bot', 'GET', '_apis/graph/Subjects/aad.x/avatars');
  await sim.control('POST', 'pats', { token: 'bot-pat', scopes: null });
  expect(graph.status).toBe(401);
});
