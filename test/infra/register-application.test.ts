import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { fakeAz } from './fake-az';
import { ANN, GRAPH_SERVICE, IDENTITY, ME, TENANT } from './fake-entra';

const ROLE = '5b1f6a0c-6f0f-4c1e-9a43-2d7d0d7a9e11';
const SCOPE = 'c2a7f0b4-3d58-4b7a-8f0e-6b7d5c1e2f34';
const AZURE_CLI = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
const AFTER = ['--app-url', 'https://gate.example.net/', '--identity-principal-id', IDENTITY];

let az: Awaited<ReturnType<typeof fakeAz>>;
beforeEach(async () => {
  az = await fakeAz();
});
afterEach(() => az.close());

/** What must be there in the end, however many attempts it took. */
function expectRegistered(): void {
  const { applications, servicePrincipals, assignments, grants } = az.cloud.entra;
  expect(applications).toHaveLength(1);
  const [application] = applications;
  const clientId = String(application?.['appId']);
  expect(application).toMatchObject({
    displayName: 'Portcullis',
    signInAudience: 'AzureADMyOrg',
    identifierUris: [`api://${clientId}`],
    groupMembershipClaims: 'SecurityGroup',
    appRoles: [{ id: ROLE, value: 'admin', allowedMemberTypes: ['User', 'Application'], isEnabled: true }],
    api: {
      requestedAccessTokenVersion: 2,
      oauth2PermissionScopes: [{ id: SCOPE, value: 'user_impersonation', type: 'User', isEnabled: true }],
      preAuthorizedApplications: [{ appId: AZURE_CLI, delegatedPermissionIds: [SCOPE] }],
    },
    web: { implicitGrantSettings: { enableIdTokenIssuance: true } },
  });
  const service = servicePrincipals.find(({ appId }) => appId === clientId);
  expect(service).toMatchObject({ appRoleAssignmentRequired: false });
  expect(assignments).toEqual([expect.objectContaining({ principalId: ME, resourceId: service?.id, appRoleId: ROLE })]);
  expect(grants).toEqual([
    expect.objectContaining({
      clientId: service?.id,
      resourceId: GRAPH_SERVICE,
      consentType: 'AllPrincipals',
      scope: 'openid profile email',
    }),
  ]);
}

test('the role and the permission are those that the app reads in tokens', async () => {
  const source = await readFile(join(__dirname, '../../src/console/entra-principal.ts'), 'utf8');
  expect(source).toContain("ADMIN_ROLE = 'admin'");
  expect(source).toContain("DELEGATED_SCOPE = 'user_impersonation'");
});

test('registers, and prints the client id and the next command', async () => {
  const { code, stdout, stderr } = await az.run();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expectRegistered();
  const clientId = String(az.cloud.entra.applications[0]?.['appId']);
  expect(stdout).toContain(`tenant: ${TENANT}\nconsoleClientId: ${clientId}\n`);
  expect(stdout).toMatch(/next: write it into infra\/main\.bicepparam, and: az deployment group what-if .*\n$/);
});

test('a second run changes nothing', async () => {
  await az.run(...AFTER);
  az.cloud.entra.writes = [];
  const { code, stdout } = await az.run(...AFTER);
  expect(code).toBe(0);
  expect(stdout).toContain('Nothing had to be changed.');
  expect(az.cloud.entra.writes).toEqual([]);
});

test('after the deployment: the way back and the identity, and nothing that was there before is lost', async () => {
  await az.run();
  const { code, stdout } = await az.run(...AFTER, '--administrator', 'ann@example.com');
  expect(code).toBe(0);
  expect(az.cloud.entra.applications[0]).toMatchObject({
    web: {
      redirectUris: ['https://gate.example.net/.auth/login/aad/callback'],
      implicitGrantSettings: { enableIdTokenIssuance: true },
    },
  });
  expect(az.cloud.entra.credentials).toEqual([
    expect.objectContaining({
      issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
      subject: IDENTITY,
      audiences: ['api://AzureADTokenExchange'],
    }),
  ]);
  expect(az.cloud.entra.assignments.map(({ principalId }) => principalId)).toEqual([ME, ANN]);
  expect(stdout).toContain('next: PORTCULLIS_URL=https://gate.example.net PORTCULLIS_SCOPE=api://');
});

test('which groups tokens name stays as it was chosen, until it is said otherwise', async () => {
  const claims = () => az.cloud.entra.applications[0]?.['groupMembershipClaims'];
  await az.run('--groups', 'none');
  await az.run();
  expect(claims()).toBe('None');
  await az.run('--groups', 'assigned');
  await az.run();
  expect(claims()).toBe('ApplicationGroup');
  await az.run('--groups', 'all');
  expect(claims()).toBe('SecurityGroup');
});

test('what others added to the registration stays', async () => {
  await az.run();
  const [application] = az.cloud.entra.applications;
  if (!application) throw new Error('nothing was registered');
  const reader = { id: ANN, value: 'other', allowedMemberTypes: ['User'], isEnabled: true };
  const read = { id: ME, value: 'read', isEnabled: true };
  const client = { appId: IDENTITY, delegatedPermissionIds: [ME] };
  Object.assign(application, {
    appRoles: [reader],
    identifierUris: ['api://other'],
    api: { requestedAccessTokenVersion: null, oauth2PermissionScopes: [read], preAuthorizedApplications: [client] },
    web: { redirectUris: ['https://other.example.net/'] },
  });
  const clientId = String(application['appId']);
  const { code, stderr } = await az.run(...AFTER, '--client-id', clientId);
  expect(code).toBe(0);
  expect(stderr).toMatch(
    new RegExp(`^Note: of the registration ${clientId}:\n.*without anybody being asked: ${IDENTITY}\n`),
  );
  expect(application['appRoles']).toEqual([expect.objectContaining({ value: 'admin' }), reader]);
  expect(application['identifierUris']).toContain('api://other');
  expect(application['api']).toEqual({
    requestedAccessTokenVersion: 2,
    oauth2PermissionScopes: [expect.objectContaining({ value: 'user_impersonation' }), read],
    preAuthorizedApplications: [expect.objectContaining({ appId: AZURE_CLI }), client],
  });
  expect(application['web']).toMatchObject({ redirectUris: [expect.any(String), 'https://other.example.net/'] });
});

test('broken off after any write, the same command finishes it', async () => {
  for (let writes = 0; ; writes += 1) {
    Object.assign(az.cloud.entra, { applications: [], assignments: [], grants: [], writes: [], breaksAfter: writes });
    az.cloud.entra.servicePrincipals.splice(1);
    const { code, stderr } = await az.run();
    if (code === 0) {
      expect(writes).toBeGreaterThan(8);
      break;
    }
    expect(stderr).toMatch(/^Could not .*: ERROR: HTTPSConnectionPool: Connection reset by peer/);
    az.cloud.entra.breaksAfter = Number.POSITIVE_INFINITY;
    expect((await az.run()).code).toBe(0);
    expectRegistered();
  }
});

test('waits for what Entra does not know everywhere yet', async () => {
  az.cloud.entra.lag = 3;
  expect((await az.run()).code).toBe(0);
  expectRegistered();
});

test('a dry run says what it would do, and does nothing', async () => {
  const { code, stdout } = await az.run('--dry-run', ...AFTER);
  expect(code).toBe(0);
  expect(stdout).toContain('would be done: registered Portcullis\n');
  expect(stdout).toContain(`would be done: the registration trusts the deployment's identity ${IDENTITY}`);
  expect(stdout).toContain('would be done: consent for everybody');
  expect(stdout).not.toContain('consoleClientId');
  expect(az.cloud.entra.writes).toEqual([]);
});

test('who may not give the app role is told who may, and what was done stays', async () => {
  az.cloud.entra.role = 'member';
  const { code, stderr } = await az.run();
  expect(code).toBe(1);
  const clientId = String(az.cloud.entra.applications[0]?.['appId']);
  expect(stderr).toBe(
    `You may not give somebody the app role admin. Who may: a Cloud Application Administrator, an Application Administrator or a Privileged Role Administrator of Entra. What was done so far stays; let one of them run the same command with --client-id ${clientId}.\n`,
  );
  az.cloud.entra.role = 'administrator';
  az.cloud.entra.owners = [{ id: ANN, displayName: 'Ann' }];
  expect((await az.run('--client-id', clientId)).code).toBe(0);
  expectRegistered();
});

test('who may only not consent has people asked themselves', async () => {
  await az.run();
  az.cloud.entra.grants = [];
  az.cloud.entra.role = 'member';
  const { code, stderr } = await az.run();
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^Note: you may not consent for everybody, so people are asked themselves when they sign in\. Who may: /,
  );
});

test('--remove deletes the registration once it was agreed', async () => {
  await az.run();
  const asked = await az.run('--remove');
  expect(asked).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Nothing was deleted: say --yes/) as string });
  expect(az.cloud.entra.applications).toHaveLength(1);
  expect((await az.run('--remove', '--dry-run')).stdout).toMatch(/^would be done: deleted/);
  expect((await az.run('--remove', '--yes')).code).toBe(0);
  expect(az.cloud.entra.applications).toEqual([]);
  expect((await az.run('--remove', '--yes')).stdout).toMatch(/^There is no registration named Portcullis/);
});

test('an application that is signed in says who administers', async () => {
  az.cloud.entra.isApplication = true;
  const alone = await az.run();
  expect(alone.stderr).toMatch(/say who administers Portcullis with --administrator\.\n$/);
  expect((await az.run('--administrator', ANN, '--assignment-required', '--groups', 'assigned')).code).toBe(0);
  expect(az.cloud.entra.applications[0]).toMatchObject({ groupMembershipClaims: 'ApplicationGroup' });
  expect(az.cloud.entra.servicePrincipals.at(-1)).toMatchObject({ appRoleAssignmentRequired: true });
  expect(az.cloud.entra.assignments.map(({ principalId }) => principalId)).toEqual([ANN]);
});
