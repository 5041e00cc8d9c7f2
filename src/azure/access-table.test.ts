import { TableClient } from '@azure/data-tables';

import { startTableStorage, type TableStorage as LocalTableStorage } from '../../local/table-storage/table-storage';
import type { Grant } from '../app/ports';
import { accessTable } from './access-table';

let local: LocalTableStorage;

beforeAll(async () => {
  local = await startTableStorage();
});

afterAll(() => local.stop());

const access = () => accessTable({ connectionString: local.connectionString });
const ann = 'a0700000-0000-4000-8000-000000000001';
const team = 'a0700000-0000-4000-8000-000000000002';

const grant = (connectionId: string, id: string, role: Grant['role'] = 'reader'): Omit<Grant, 'grantedAt'> => ({
  connectionId,
  subject: { id, kind: id === ann ? 'person' : 'group', name: 'Ann “A” 🛡' },
  role,
  projects: role === 'project-admin' ? [{ id: team, name: 'Shop' }] : [],
  grantedBy: 'Olga Admin',
});

test('grants are kept by connection and subject, the last one for each', async () => {
  const grants = access();
  expect(await grants.list()).toEqual([]);
  await grants.save(grant('contoso', team));
  await grants.save(grant('contoso', ann));
  await grants.save(grant('contoso', ann, 'project-admin'));
  await grants.save(grant('zeta', ann, 'admin'));

  expect(await grants.list('contoso')).toEqual([
    { ...grant('contoso', ann, 'project-admin'), grantedAt: expect.any(Date) },
    { ...grant('contoso', team), grantedAt: expect.any(Date) },
  ]);
  expect((await grants.list()).map(({ connectionId, role }) => [connectionId, role])).toEqual([
    ['contoso', 'project-admin'],
    ['contoso', 'reader'],
    ['zeta', 'admin'],
  ]);
  expect(await grants.list("zeta' or true")).toEqual([]);

  expect(await grants.remove('contoso', ann)).toBe(true);
  expect(await grants.remove('contoso', ann)).toBe(false);
  expect(await grants.remove("x' or true", ann)).toBe(false);
  expect((await grants.list()).map(({ connectionId }) => connectionId)).toEqual(['contoso', 'zeta']);
  await expect(grants.save(grant('A/1', ann))).rejects.toMatchObject({ kind: 'unexpected' });
});

test('as many projects as may be granted at once are read back, of all connections, too', async () => {
  const projects = Array.from({ length: 500 }, (_, index) => ({
    id: `a0700000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    name: 'Größe🛡'.repeat(9),
  }));
  const wide = { ...grant('wide', ann, 'project-admin'), projects };
  await access().save(wide);
  expect(await access().list('wide')).toMatchObject([wide]);
  expect((await access().list()).find(({ connectionId }) => connectionId === 'wide')).toMatchObject(wide);
});

test('what a newer release wrote, or is damaged, gives nobody anything', async () => {
  const raw = TableClient.fromConnectionString(local.connectionString, 'Access', { allowInsecureConnection: true });
  for (const [id, damage] of [
    ['newer', { schemaVersion: 2 }],
    ['role', { role: 'owner' }],
    ['projects', { projects: '[' }],
  ] as const) {
    await access().save(grant(id, ann, 'admin'));
    await raw.updateEntity({ partitionKey: id, rowKey: ann, ...damage }, 'Merge');
    expect(await access().list(id)).toEqual([]);
  }
});
