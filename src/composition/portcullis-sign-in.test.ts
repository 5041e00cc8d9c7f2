import { portcullisSignIn } from './portcullis-sign-in';

const deployment = {
  tenantId: 'f0000000-0000-4000-8000-000000000001',
  clientId: 'f0000000-0000-4000-8000-000000000002',
};

test('a token is got for this deployment, and kept for some minutes', async () => {
  let now = 0;
  const asked: string[] = [];
  const read = portcullisSignIn(
    deployment,
    undefined,
    async (scope) => `token ${asked.push(scope)}`,
    () => now,
  );
  expect([await read(), await read()]).toEqual(['token 1', 'token 1']);
  now = 5 * 60 * 1_000;
  expect(await read()).toBe('token 2');
  expect(asked).toEqual(Array(2).fill(`api://${deployment.clientId}/.default`));
});

test.each([
  ['nobody is signed in', () => Promise.reject(new Error('CredentialUnavailableError: a page of it'))],
  ['there is no token', () => Promise.resolve(undefined)],
])('when %s, it is said how', async (_, getToken) => {
  await expect(portcullisSignIn(deployment, 'api://other/.default', getToken)()).rejects.toMatchObject({
    message: `Nobody is signed in to Portcullis: sign in with az login --tenant ${deployment.tenantId} --scope api://other/.default, or put a token into PORTCULLIS_TOKEN.`,
  });
});
