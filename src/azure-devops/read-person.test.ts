import { failureOf, wireList } from './testing/fixtures';
import { setScene } from './testing/scene';
import type { ScriptedAnswer } from './testing/scripted-server';

const scene = setScene();

/** What is answered to the question for identities, and to the one who asks. */
function answer(identities: ScriptedAnswer): void {
  const myself = { authenticatedUser: { id: id('9'), providerDisplayName: 'Portcullis' }, instanceId: id('8') };
  scene.script = ({ path }) => (path.toLowerCase().endsWith('/connectiondata') ? { json: myself } : identities);
}

const id = (digit: string): string => `${digit.repeat(8)}-1111-4111-8111-111111111111`;
const text = ($value: string): unknown => ({ $type: 'System.String', $value });
const person = (digit: string, account: string, over: Record<string, unknown> = {}): unknown => ({
  id: id(digit),
  isActive: true,
  providerDisplayName: account,
  properties: { SchemaClassName: text('User'), Account: text(account), Domain: text('CONTOSO'), Mail: text(account) },
  ...over,
});

test.each<[string, string, unknown[]]>([
  [
    'whoever has the account, and not who is only near',
    'ada@contoso.com',
    [person('2', 'ada@contoso.com.evil.example'), person('1', 'Ada@Contoso.com')],
  ],
  [
    'no group of that name',
    'ada@contoso.com',
    [person('2', 'ada@contoso.com', { isContainer: true }), person('1', 'ada@contoso.com')],
  ],
  [
    'no other of that display name',
    'ada@contoso.com',
    [person('2', 'eve@contoso.com', { providerDisplayName: 'ada@contoso.com' }), person('1', 'ada@contoso.com')],
  ],
  [
    'nor of that mail address',
    'ada@contoso.com',
    [
      person('2', 'eve', { properties: { Account: text('eve'), Mail: text('ada@contoso.com') } }),
      null,
      person('1', 'ada@contoso.com'),
    ],
  ],
  ['with the domain of a server', 'contoso\\ada', [person('1', 'ada')]],
])('finds %s', async (_, name, found) => {
  answer({ json: wireList(...found) });
  await expect(scene.door.readPersonId(name)).resolves.toBe(id('1'));
  expect(scene.server.requests[0]?.query.get('filterValue')).toBe(name);
});

test.each<[string, ScriptedAnswer, string, string]>([
  ['nobody', { json: wireList() }, 'notFound', 'There is nobody of the unique name'],
  ['the scope missing', { status: 401, json: {} }, 'permissionMissing', 'Identity (Read)'],
  ['no list', { json: { id: 1 } }, 'unexpected', 'ada@contoso.com'],
])('%s', async (_, json, kind, message) => {
  answer(json);
  expect(await failureOf(scene.door.readPersonId('ada@contoso.com'))).toMatchObject({
    kind,
    message: expect.stringContaining(message),
  });
});
