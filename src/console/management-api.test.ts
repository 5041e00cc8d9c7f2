import { createManagementApi, type ManagementDependencies } from './management-api';

const nobody = () => Promise.reject(new Error('not asked for'));

function api(localToken: string | undefined): (request: Request) => Promise<Response> {
  const dependencies: ManagementDependencies = {
    connections: { find: nobody, list: () => Promise.resolve([]), save: nobody },
    settings: { read: nobody, save: nobody, history: nobody, list: nobody },
    secrets: { readPat: nobody, readHookSecrets: nobody, savePat: nobody, saveHookSecret: nobody },
    connect: () => {
      throw new Error('not asked for');
    },
    localToken,
  };
  return createManagementApi(dependencies);
}

const ask = (authorization?: string): Request =>
  new Request(
    'http://localhost/api/management/connections',
    authorization === undefined ? {} : { headers: { authorization } },
  );

test.each<[string, string | undefined, string | undefined, number]>([
  ['no token is configured', undefined, 'Bearer x', 403],
  ['an empty token is configured', '', undefined, 403],
  ['an empty token is configured and sent', '', 'Bearer ', 403],
  ['nothing is sent', 'secret', undefined, 401],
  ['another token is sent', 'secret', 'Bearer other', 401],
  ['the token is sent another way', 'secret', 'Basic secret', 401],
  ['the token is sent', 'secret', 'Bearer secret', 200],
])('when %s, the management API answers accordingly', async (_name, token, authorization, status) => {
  expect((await api(token)(ask(authorization))).status).toBe(status);
});
