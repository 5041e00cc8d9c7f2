import { connectWithVault } from './connect-with-vault';
import type { RotationAnswer } from './pat-command';
import { rotateWithVault } from './pat-with-vault';
import { commandWithVault, ID } from './testing/command-with-vault';

type Scene = ReturnType<typeof commandWithVault>;

const expiresOn = new Date('2027-02-01T00:00:00Z');

afterEach(() => jest.restoreAllMocks());

const credential = { kind: 'pat', pat: 'canary-pat', expiresOn } as const;
const WRITTEN = /^secrets\.(save|remove|end)/;

describe('connecting', () => {
  const connect = async (scene: Scene, outcome: 201 | 422 | Error, id?: string, lost = false) => {
    const given: { id: string; credential: object }[] = [];
    const answer = connectWithVault(scene.call, scene.vault, { id, credential }, (body) => {
      given.push(body);
      expect(scene.fake.recorded.pat(body.id)).toEqual({ value: 'canary-pat', expiresOn });
      expect(scene.fake.recorded.hookSecrets(body.id)).toHaveLength(1);
      if (lost) scene.connections.push(body.id);
      if (outcome instanceof Error) return Promise.reject(outcome);
      return Promise.resolve({ status: outcome, etag: null, body: {} });
    });
    const status = await answer.then(
      (answered) => answered.status,
      (error: unknown) => String(error),
    );
    return { status, id: given[0]?.id ?? '', given };
  };

  test('writes everything before Portcullis is asked, and sends it no secret', async () => {
    const scene = commandWithVault();
    const { status, id, given } = await connect(scene, 201);
    expect([status, scene.removed]).toEqual([201, []]);
    expect(id).toMatch(/^connection-[0-9a-f]{12}$/);
    expect(given).toEqual([{ id, credential: { kind: 'vault', expiresOn } }]);
    expect(await scene.fake.port.readCandidatePat(id)).toBeUndefined();
    expect(JSON.stringify([given, scene.asked, scene.told])).not.toMatch(/canary-pat/);
  });

  test.each<[string, 422 | Error]>([
    ['what Portcullis finds broken', 422],
    ['what it refuses', new Error('It is connected already.')],
  ])('%s is taken away again', async (_, outcome) => {
    const scene = commandWithVault();
    const { id } = await connect(scene, outcome);
    expect(scene.removed).toEqual([id]);
  });

  test('an answer that was lost on its way takes nothing from a connection that there is', async () => {
    const scene = commandWithVault();
    const { status } = await connect(scene, new Error('Portcullis does not answer.'), undefined, true);
    expect([status, scene.removed]).toEqual(['Error: Portcullis does not answer.', []]);
  });

  test('of one that is restored the password stays, and nothing is taken away', async () => {
    const scene = commandWithVault({ connected: [] });
    scene.fake.rotateHookSecrets(ID, ['the password that is left']);
    await connect(scene, 422, ID);
    expect(scene.removed).toEqual([]);
    expect(scene.fake.recorded.hookSecrets(ID)).toEqual(['the password that is left']);
  });

  test('the PAT of a connection that there is is not written over', async () => {
    const scene = commandWithVault();
    expect((await connect(scene, 201, ID)).status).toMatch(/There is a connection with the id con-contoso already/);
    expect(scene.wire.attempts.filter((each) => WRITTEN.test(each))).toEqual([]);
  });

  test('what could not be taken away is told by its id', async () => {
    const scene = commandWithVault();
    scene.vault.kept.remove = () => Promise.reject(new Error('The vault is down.'));
    const { id } = await connect(scene, 422);
    expect(scene.told.join('')).toContain(`for ${id} may stand there still`);
  });
});

const account = { id: 'a', displayName: 'Portcullis', uniqueName: 'gate' };
const fit: RotationAnswer = {
  message: 'The PAT would do.',
  outcome: 'fit',
  endsOn: '2027-02-01',
  former: 'other',
  test: { url: 'https://dev.azure.com/contoso', ok: true, account, lines: [] },
  project: null,
  formerAccount: null,
};
const wanted: Parameters<typeof rotateWithVault>[2] = {
  pat: 'canary-pat',
  expires: undefined,
  days: undefined,
  project: undefined,
  force: false,
  yes: false,
};

describe('replacing a PAT', () => {
  const rotate = (
    scene: Scene,
    answers: ((body: Record<string, unknown>) => Promise<RotationAnswer> | RotationAnswer)[],
    over: Partial<typeof wanted> = {},
  ) => {
    const sent: Record<string, unknown>[] = [];
    const done = rotateWithVault(
      scene.vault,
      { id: ID, name: 'contoso' },
      { ...wanted, ...over },
      {
        ask: async (body) => {
          sent.push(body);
          const answer = answers[sent.length - 1];
          if (!answer) throw new Error('not asked so often');
          return answer(body);
        },
        agree: () => Promise.resolve(false),
      },
    );
    return { done, sent };
  };

  test('is tried, written and noted, in this order, and the candidate goes', async () => {
    const scene = commandWithVault();
    scene.fake.rotatePat(ID, 'former-pat');
    const { done, sent } = rotate(scene, [
      () => {
        expect(scene.fake.recorded.pat(ID)?.value).toBe('former-pat');
        return fit;
      },
      () => {
        expect(scene.fake.recorded.pat(ID)?.value).toBe('canary-pat');
        return { ...fit, outcome: 'rotated', former: 'same', message: 'The PAT is the one that was there.' };
      },
    ]);
    expect(await done).toMatchObject({ outcome: 'rotated', former: 'other', message: 'The PAT was replaced.' });
    expect(sent).toMatchObject([{ inVault: 'candidate' }, { inVault: 'stored' }]);
    expect(JSON.stringify(sent)).not.toMatch(/canary-pat/);
    expect(await scene.fake.port.readCandidatePat(ID)).toBeUndefined();
    // The vault has the same day as the row.
    expect(scene.fake.recorded.pat(ID)?.expiresOn?.toISOString()).toBe(`${String(sent[1]?.['expires'])}T00:00:00.000Z`);
  });

  test.each<[string, RotationAnswer['outcome']]>([
    ['one with which something is broken', 'broken'],
    ['one of another account, unless somebody agrees', 'otherAccount'],
  ])('%s is not written, and the candidate goes', async (_, outcome) => {
    const scene = commandWithVault();
    scene.fake.rotatePat(ID, 'former-pat');
    expect(await rotate(scene, [() => ({ ...fit, outcome })]).done).toMatchObject({ outcome });
    expect(scene.fake.recorded.pat(ID)?.value).toBe('former-pat');
    expect(await scene.fake.port.readCandidatePat(ID)).toBeUndefined();
  });

  test('what somebody else had tested meanwhile is not taken for it', async () => {
    const scene = commandWithVault();
    scene.fake.rotatePat(ID, 'former-pat');
    const { done } = rotate(scene, [
      async () => {
        await scene.fake.port.saveCandidatePat(ID, 'theirs', expiresOn);
        return fit;
      },
    ]);
    await expect(done).rejects.toThrow(/Somebody else is replacing the PAT/);
    expect(scene.fake.recorded.pat(ID)?.value).toBe('former-pat');
  });

  test('what is written and not noted is said', async () => {
    const scene = commandWithVault();
    const { done } = rotate(scene, [() => fit, () => ({ ...fit, outcome: 'broken' })]);
    await expect(done).rejects.toThrow(/is in the Key Vault and counts, but Portcullis could not note it/);
  });

  test.each<Partial<typeof wanted>>([
    { expires: '2027-02-30' },
    { expires: 'soon' },
    { days: Number.NaN },
    { days: 400 },
    { days: -1 },
  ])('with %j nothing is written', async (over) => {
    const scene = commandWithVault();
    await expect(rotate(scene, [], over).done).rejects.toThrow(/PAT/);
    expect(scene.wire.attempts).toEqual([]);
  });
});
