import { ada, author, failureOf } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();

describe('readMyself', () => {
  const data = {
    authenticatedUser: {
      id: author.id,
      providerDisplayName: 'Portcullis',
      properties: { Account: { $type: 'System.String', $value: 'gate@contoso.com' } },
      subjectDescriptor: 'aad.xyz',
    },
    instanceId: 'C04D9B7E-61F2-4C8D-8A35-E0B1F2D4A697',
    deploymentId: '11111111-61f2-4c8d-8a35-e0b1f2d4a697',
    deploymentType: 'hosted',
  };

  test('the account and the ids of the organization', async () => {
    scene.answer({ '/connectionData': data });
    await expect(scene.door.readMyself()).resolves.toEqual({
      identity: { id: ada.id, displayName: 'Portcullis', uniqueName: 'gate@contoso.com' },
      organizationIds: ['c04d9b7e-61f2-4c8d-8a35-e0b1f2d4a697', '11111111-61f2-4c8d-8a35-e0b1f2d4a697'],
      pictureUrl: `${scene.server.url}/_apis/GraphProfile/MemberAvatars/aad.xyz`,
    });
    expect(scene.server.requests).toHaveLength(1);
  });

  test('without an account name, the descriptor', async () => {
    scene.answer({ '/connectionData': { ...data, authenticatedUser: { ...data.authenticatedUser, properties: {} } } });
    await expect(scene.door.readMyself()).resolves.toMatchObject({ identity: { uniqueName: 'aad.xyz' } });
  });

  test('the anonymous identity is a refused credential', async () => {
    const id = 'AAAAAAAA-aaaa-aaaa-aaaa-aaaaaaaaaaaa';
    scene.answer({ '/connectionData': { ...data, authenticatedUser: { ...data.authenticatedUser, id } } });
    expect(await failureOf(scene.door.readMyself())).toMatchObject({ kind: 'credentialRefused' });
  });
});
