import { portcullis } from '../support/command';
import { startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { management } from '../support/management';

const ann = 'a1000000-0000-4000-8000-000000000001';
let environment: TestEnvironment;

beforeAll(async () => {
  environment = await startTestEnvironment();
});
afterAll(() => environment.end());

test('somebody who was granted something and stands in settings: exported, looked at, forgotten, and what stays is told', async () => {
  const api = management(environment);
  await api.send('PUT', `/access/${ann}`, { kind: 'person', name: 'Ann Author', role: 'reader' });
  await api.save('', { phase: 'enforce', bots: { identities: [ann] } });
  const call = (...args: string[]) =>
    portcullis(['people', ...args], {
      env: { PORTCULLIS_URL: environment.host.url, PORTCULLIS_TOKEN: environment.managementToken },
    });

  const exported = await call('export', 'Ann Author');
  expect({ code: exported.code, stderr: exported.stderr }).toEqual({ code: 0, stderr: '' });
  const { places, pseudonym } = JSON.parse(exported.stdout);
  const tables = places.map(({ table, ifForgotten }: Record<string, string>) => `${table} ${ifForgotten}`);
  expect(new Set(tables)).toEqual(new Set(['Settings keep', 'Access delete', 'Audit replace']));

  const looked = await call('forget', ann, '--dry-run');
  expect(looked.stdout).toMatch(/- Access, RowKey: 1 row; is deleted[^]*Nothing was changed\.\n$/);
  const asked = await call('forget', ann);
  expect([asked.code, asked.stderr]).toEqual([2, expect.stringMatching(/add --yes/)]);
  expect((await api.send('GET', '/access')).body).toHaveLength(1);

  const forgotten = await call('forget', ann, '--yes');
  expect(forgotten.code).toBe(0);
  expect(forgotten.stdout).toContain(`${pseudonym} stands where the person was named`);
  expect(forgotten.stdout).toContain('bots.identities[0]: it decides how pull requests are');
  expect((await api.send('GET', '/access')).body).toEqual([]);
  const { entries } = (await api.send('GET', '/audit')).body;
  expect(JSON.stringify(entries)).not.toMatch(/Ann|a1000000/);
  expect(JSON.stringify(entries)).toContain(`person ${pseudonym}`);
  const left = JSON.parse((await call('export', ann)).stdout);
  expect([left.pseudonym, left.places.every(({ table }: { table: string }) => table === 'Settings')]).toEqual([
    pseudonym,
    true,
  ]);

  const nobody = await call('forget', 'local administrator', '--yes');
  expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringMatching(/names nobody/)]);
});
