import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { fakeAz } from './fake-az';
import { IDENTITY } from './fake-entra';

const README = readFileSync(join(__dirname, '../../infra/README.md'), 'utf8');

/** What the README says to type in a step. */
function typed(step: number): string {
  const [, text = ''] = new RegExp(`^## ${step}\\. .*\\n([^]*?)(?=^## )`, 'm').exec(README) ?? [];
  const blocks = [...text.matchAll(/^```sh\n([^]*?)^```/gm)].map(([, block = '']) => block);
  if (blocks.length === 0) throw new Error(`Step ${step} has nothing to type.`);
  return blocks.join('');
}

test('what the README says to type, typed as it stands, registers the application and tells it of the deployment', async () => {
  const az = await fakeAz();
  try {
    const yours: Record<string, string> = {
      '<tenant id>': 'tenant',
      '<subscription id>': 'subscription',
      '<group>': 'gate',
      '<region>': 'westeurope',
      '<version>': '1.0.0',
    };
    const type = async (...steps: number[]) => {
      const commands = steps
        .map(typed)
        .join('')
        .replace(/<[\w ]+>/g, (name) => yours[name] ?? name);
      expect(commands).not.toMatch(/<[a-z]/i);
      const ran = await az.type(commands);
      expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
      return ran.stdout;
    };
    const said = await type(2, 3);
    yours['<consoleClientId>'] = /^consoleClientId: (.+)$/m.exec(said)?.[1] ?? '';
    az.cloud.outputs = {
      portcullisUrl: 'https://gate.azurewebsites.net',
      portcullisScope: `api://${yours['<consoleClientId>']}/.default`,
      functionAppName: 'gate-app',
      identityResourceId:
        '/subscriptions/1/resourceGroups/gate/providers/Microsoft.ManagedIdentity/userAssignedIdentities/gate-id',
    };
    az.cloud.calls = [];
    await type(5, 6, 7, 8);
    const { applications, credentials } = az.cloud.entra;
    expect(applications).toHaveLength(1);
    expect(applications[0]).toMatchObject({
      web: { redirectUris: ['https://gate.azurewebsites.net/.auth/login/aad/callback'] },
    });
    expect(credentials).toEqual([expect.objectContaining({ subject: IDENTITY })]);
    const calls = az.cloud.calls
      .map((call) => call.join(' '))
      .filter((call) => !/^(rest|account|cloud|identity|deployment group show)/.test(call));
    expect(calls).toEqual([
      'deployment group what-if --resource-group gate --parameters infra/main.bicepparam',
      'deployment group create --resource-group gate --name portcullis --parameters infra/main.bicepparam',
      'functionapp deployment source config-zip --resource-group gate --name gate-app --src portcullis.zip',
      expect.stringMatching(/^curl .* https:\/\/gate\.azurewebsites\.net\/api\/health$/),
      'npm install --global ./portcullis-cli-1.0.0.tgz',
      'portcullis access me',
      'portcullis health',
    ]);
  } finally {
    await az.close();
  }
});
