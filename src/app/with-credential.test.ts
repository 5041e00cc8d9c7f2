import { Failure } from '../core/failures';

import type { Connection, DoorCredential } from './ports';
import { bot, connection } from './testing/samples';
import { createWorld, type World } from './testing/world';
import { withCredential } from './with-credential';

const project = { projectName: 'Shop', expiresOn: new Date('2027-02-01T00:00:00Z'), accountId: null };
const SHOP = '5d0f7a2c-0000-4000-8000-00000000000a';
const BANK = '5d0f7a2c-0000-4000-8000-00000000000b';

const usedIn = async (world: World, of: Connection, projectId?: string): Promise<DoorCredential[]> => {
  const used: DoorCredential[] = [];
  await withCredential(
    world.credentials,
    of,
    async (credential) => {
      used.push(credential);
      await world.azureDevOps.connect(of, credential).readMyself();
    },
    { projectId },
  );
  return used;
};

test('a PAT that was replaced in the vault meanwhile is read again', async () => {
  const world = createWorld();
  await usedIn(world, connection);
  world.azureDevOps.accounts.delete('bot-pat');
  world.azureDevOps.accounts.set('next-pat', bot);
  world.secrets.rotatePat(connection.id, 'next-pat');
  expect(await usedIn(world, connection)).toEqual([
    { kind: 'pat', pat: 'bot-pat' },
    { kind: 'pat', pat: 'next-pat' },
  ]);
});

test('also when that one was replaced, too, while it was used', async () => {
  const world = createWorld();
  await usedIn(world, connection);
  world.azureDevOps.accounts.delete('bot-pat');
  world.azureDevOps.accounts.set('third-pat', bot);
  world.secrets.rotatePat(connection.id, 'second-pat');
  const used = await withCredential(world.credentials, connection, async (credential) => {
    if (credential.kind === 'pat' && credential.pat === 'second-pat') {
      world.secrets.rotatePat(connection.id, 'third-pat');
    }
    await world.azureDevOps.connect(connection, credential).readMyself();
    return credential;
  });
  expect(used).toEqual({ kind: 'pat', pat: 'third-pat' });
});

test('one that is the same in the vault is not tried twice, and what is not about it is not repeated', async () => {
  const world = createWorld();
  const used: unknown[] = [];
  const fail = (kind: 'credentialRefused' | 'unavailable') =>
    withCredential(world.credentials, connection, (credential) => {
      used.push(credential);
      return Promise.reject(new Failure({ kind, message: 'no' }));
    });
  await expect(fail('credentialRefused')).rejects.toMatchObject({ kind: 'credentialRefused' });
  await expect(fail('unavailable')).rejects.toMatchObject({ kind: 'unavailable' });
  expect(used).toHaveLength(2);
});

test('a token that has ended is fetched again', async () => {
  const world = createWorld();
  world.identity.tokens.splice(0, 1, 'ended', 'new');
  world.azureDevOps.accounts.set('new', bot);
  expect(await usedIn(world, { ...connection, credential: { kind: 'managedIdentity' } })).toEqual([
    { kind: 'bearer', token: 'ended' },
    { kind: 'bearer', token: 'new' },
  ]);
});

describe('a project with a PAT of its own', () => {
  const own: Connection = { ...connection, projectPats: [{ ...project, projectId: SHOP }] };
  const arrange = async (): Promise<World> => {
    const world = createWorld();
    await world.secrets.port.savePat(connection.id, 'shop-pat', project.expiresOn, SHOP);
    world.azureDevOps.accounts.set('shop-pat', bot);
    return world;
  };

  test('is asked with that one, whatever the case of its id, and no other project is', async () => {
    const world = await arrange();
    expect(await usedIn(world, own, SHOP)).toEqual([{ kind: 'pat', pat: 'shop-pat' }]);
    expect(await usedIn(world, own, SHOP.toUpperCase())).toEqual([{ kind: 'pat', pat: 'shop-pat' }]);
    expect(await usedIn(world, own, BANK)).toEqual([{ kind: 'pat', pat: 'bot-pat' }]);
    expect(await usedIn(world, own)).toEqual([{ kind: 'pat', pat: 'bot-pat' }]);
  });

  test('is never asked with the connection’s when its own is refused or gone', async () => {
    const world = await arrange();
    world.azureDevOps.accounts.delete('shop-pat');
    await expect(usedIn(world, own, SHOP)).rejects.toMatchObject({ kind: 'credentialRefused' });
    const gone = { ...own, projectPats: [{ ...project, projectId: BANK }] };
    await expect(usedIn(world, gone, BANK)).rejects.toMatchObject({ kind: 'credentialRefused' });
  });
});
