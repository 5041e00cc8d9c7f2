import { personalCredential, type GetEntraToken } from './personal-credential';

const services = 'https://dev.azure.com/contoso';
const scopes = 'Code (Read)';

function signedIn(token: string | undefined = 'a-token'): jest.MockedFunction<GetEntraToken> {
  return jest.fn<Promise<string | undefined>, [string, AbortSignal]>(async () => token);
}

test.each([
  services,
  'https://fabrikam.visualstudio.com',
  'https://tfs.contoso.local/tfs/DefaultCollection',
  'http://localhost:7080/contoso',
  'http://127.0.0.1:7080/contoso',
  'http://[::1]:7080/contoso',
])('a PAT is taken for %s, and nobody is asked to sign in', async (base) => {
  const getToken = signedIn();
  expect(await personalCredential(base, scopes, { AZURE_DEVOPS_PAT: ' a-pat\n' }, getToken)).toEqual({
    kind: 'pat',
    pat: 'a-pat',
    renewal: 'make a new one with Code (Read) and put it into AZURE_DEVOPS_PAT',
  });
  expect(getToken).not.toHaveBeenCalled();
});

test.each([services, 'https://fabrikam.visualstudio.com'])('without one, a token is taken for %s', async (base) => {
  const getToken = signedIn();
  for (const variables of [{}, { AZURE_DEVOPS_PAT: ' ' }]) {
    expect(await personalCredential(base, scopes, variables, getToken)).toMatchObject({
      kind: 'bearer',
      token: 'a-token',
    });
  }
  expect(getToken.mock.calls[0]?.[0]).toBe('499b84ac-1321-427f-aa17-267ca6975798/.default');
});

test.each([
  'https://tfs.contoso.local/tfs/DefaultCollection',
  'http://localhost:7080/contoso',
  'http://dev.azure.com/contoso',
  'https://dev.azure.com.example/contoso',
  'https://visualstudio.com/contoso',
  'https://a.fabrikam.visualstudio.com',
])('a token is never even asked for, for %s', async (base) => {
  const getToken = signedIn();
  await expect(personalCredential(base, scopes, {}, getToken)).rejects.toMatchObject({
    kind: 'credentialRefused',
    message: expect.stringMatching(/^AZURE_DEVOPS_PAT is not set: put a PAT of .* with Code \(Read\) into/),
  });
  expect(getToken).not.toHaveBeenCalled();
});

test.each(['http://tfs:8080/tfs/DefaultCollection', 'http://127.0.0.1.example/contoso'])(
  'a PAT does not travel in the clear to %s',
  async (base) => {
    await expect(personalCredential(base, scopes, { AZURE_DEVOPS_PAT: 'a-pat' }, signedIn())).rejects.toMatchObject({
      message: expect.stringContaining('not sent to'),
    });
  },
);

test('what is no PAT is not sent, and not repeated', async () => {
  const error: unknown = await personalCredential(
    services,
    scopes,
    { AZURE_DEVOPS_PAT: 'two words' },
    signedIn(),
  ).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain('copy it again');
  expect(String(error)).not.toContain('two words');
});

test.each<[string, GetEntraToken]>([
  ['nobody is signed in', () => Promise.reject(new Error('CredentialUnavailableError: a page of text'))],
  ['there is no token', async () => undefined],
])('says how to sign in when %s', async (_, getToken) => {
  await expect(personalCredential(services, scopes, {}, getToken)).rejects.toMatchObject({
    kind: 'credentialRefused',
    message:
      'AZURE_DEVOPS_PAT is not set, and nobody is signed in: put a PAT with Code (Read) into that environment variable, ' +
      'or sign in with az login.',
  });
});
