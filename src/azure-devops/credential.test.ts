import { administerHookRights, connectAzureDevOps, type Credential } from './connect';
import { collectLog, failureOf, key, wirePullRequest } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();
const token = 'eyJ0eXAi.a-token-that-nobody-may-see';
const bearer: Credential = { kind: 'bearer', token };

async function readAs<T>(credential: Credential, read: (door: ReturnType<typeof connectAzureDevOps>) => Promise<T>) {
  const door = connectAzureDevOps({ url: scene.server.url, credential, log: collectLog() });
  try {
    return await read(door);
  } finally {
    door.dispose();
  }
}

test('an Entra token travels as a bearer, also when routes are asked for', async () => {
  scene.script = () => ({ json: wirePullRequest() });
  await expect(readAs(bearer, (door) => door.readPullRequest(key))).resolves.toMatchObject({ id: 7 });
  expect([...scene.server.options, ...scene.server.requests].map(({ headers }) => headers.authorization)).toEqual([
    `Bearer ${token}`,
    `Bearer ${token}`,
  ]);
});

test('a redirect takes no token anywhere', async () => {
  scene.script = ({ path }) =>
    path === '/elsewhere' ? { json: wirePullRequest() } : { status: 302, headers: { location: '/contoso/elsewhere' } };
  expect(await failureOf(readAs(bearer, (door) => door.readPullRequest(key)))).toMatchObject({
    kind: 'credentialRefused',
  });
  expect(scene.server.requests).toHaveLength(1);
});

test.each<[Credential, RegExp]>([
  [bearer, /refused the Entra token \(401: TF400813\).*no member.*: add the account to the organization\.$/],
  [{ ...bearer, renewal: 'sign in again' }, /refused the Entra token .*: sign in again\.$/],
  [
    { kind: 'pat', pat: 'p' },
    /refused the PAT \(401: TF400813\).*Code \(Read\): make a new one and give it to portcullis pat rotate/,
  ],
  [{ kind: 'pat', pat: 'p', renewal: 'set another' }, /refused the PAT .*Code \(Read\): set another\.$/],
])('a refusal names the credential and what to do about it', async (credential, expected) => {
  scene.script = () => ({ status: 401, json: { message: 'TF400813' } });
  expect((await failureOf(readAs(credential, (door) => door.readPullRequest(key)))).message).toMatch(expected);
});

test('a token that the service quotes is not repeated', async () => {
  scene.script = () => ({ status: 400, json: { message: `Bearer ${token} is odd` } });
  const failure = await failureOf(readAs(bearer, (door) => door.readPullRequest(key)));
  expect(failure.message).toContain('Bearer *** is odd');
});

test.each(['http://tfs:8080/tfs/DefaultCollection', 'http://127.0.0.1.evil.example/tfs', 'http://localhost.evil/tfs'])(
  'no credential goes to %s in the clear, not even to ask for routes',
  (url) => {
    const connect = (): unknown => connectAzureDevOps({ url, credential: bearer, log: collectLog() });
    expect(connect).toThrow(
      expect.objectContaining({
        kind: 'credentialRefused',
        message: `The credential is not sent to ${new URL(url).host} in the clear: use the https:// address of this server.`,
      }),
    );
    expect(() => administerHookRights({ url, credential: bearer, log: collectLog() })).toThrow('in the clear');
  },
);

test.each(['https://tfs:8080/tfs/DefaultCollection', 'http://localhost:7080/contoso', 'http://[::1]:7080/contoso'])(
  'over https, and to this machine, it does: %s',
  (url) => {
    connectAzureDevOps({ url, credential: bearer, log: collectLog() }).dispose();
  },
);
