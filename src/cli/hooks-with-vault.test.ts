import { rotateHooksWithVault } from './hooks-with-vault';
import { commandWithVault, ID } from './testing/command-with-vault';

type Scene = ReturnType<typeof commandWithVault>;

afterEach(() => jest.restoreAllMocks());

describe('a new password of the hooks', () => {
  const changes = { created: 0, repaired: 0, removed: 0 };
  const synced = { mode: 'organization', projects: 1, changes, total: 4, refused: [] };
  const path = `/connections/${ID}`;
  const ended = (result: unknown) => ({
    operation: {
      id: 'o',
      kind: 'x',
      state: 'succeeded',
      progress: { done: 1, total: 1, doing: 'x' },
      result,
      trouble: null,
    },
  });
  const scene = (repaired = 0, formerEndsAt: string | null = '2026-10-01T00:15:00.000Z') =>
    commandWithVault({
      answers: {
        [`POST ${path}/hooks/sync`]: ended({ ...synced, changes: { ...changes, repaired } }),
        [`POST ${path}/hooks/rotate`]: ended({ ...synced, formerEndsAt }),
      },
    });
  const rotate = async ({ call, vault }: Scene, meanwhile: () => void = () => undefined) => {
    const waits: number[] = [];
    const wait = async (ms: number): Promise<void> => {
      waits.push(ms);
      meanwhile();
    };
    await rotateHooksWithVault(call, vault, { id: ID, path }, wait);
    return waits;
  };

  test('what is there is settled, then it is stored, then given to the subscriptions, then the former one ends', async () => {
    const at = scene();
    at.fake.rotateHookSecrets(ID, ['first']);
    expect(await rotate(at)).toEqual([]);
    expect(at.asked).toEqual([`POST ${path}/hooks/sync`, `POST ${path}/hooks/rotate {"isStored":true}`]);
    expect(at.fake.recorded.hookSecrets(ID)).toEqual([expect.stringMatching(/^[\w-]{43}$/), 'first']);
    expect(at.fake.recorded.formerEndsAt(ID)).toEqual(new Date('2026-10-01T00:15:00.000Z'));
  });

  test.each<[string, string[], number]>([
    ['while a former one counts', ['second', 'first'], 0],
    ['where subscriptions had another one', ['second'], 4],
  ])('%s, what was sent with it arrives first', async (_, passwords, repaired) => {
    const at = scene(repaired);
    at.fake.rotateHookSecrets(ID, passwords);
    expect(await rotate(at)).toEqual([60_000]);
  });

  test('where there is none yet, one is stored at once; where a project refused, the former one ends by itself', async () => {
    const at = scene(0, null);
    expect(await rotate(at)).toEqual([]);
    expect(at.asked).toEqual([`POST ${path}/hooks/rotate {"isStored":true}`]);
    expect(at.wire.attempts).not.toContain('secrets.endFormerHookSecret');
  });

  test('one that somebody else stored meanwhile stays', async () => {
    const at = scene(4);
    at.fake.rotateHookSecrets(ID, ['first']);
    const rotating = rotate(at, () => at.fake.rotateHookSecrets(ID, ['theirs', 'first']));
    await expect(rotating).rejects.toThrow(/Somebody else/);
    expect(at.fake.recorded.hookSecrets(ID)).toEqual(['theirs', 'first']);
  });
});
