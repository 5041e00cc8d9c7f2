import { resolveSettings, type Scope } from '../settings';

import { doubtsOf } from './doubtful-settings';

/** What is doubted of the last document, over the others. */
function doubts(...documents: unknown[]): string[] {
  const scopes: Scope[] = ['project', 'repository'];
  const scoped = documents.map((document, index) => ({ scope: scopes[index] ?? 'file', document }));
  const resolved = resolveSettings(scoped);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return doubtsOf(resolved.settings, documents.at(-1)).map(({ path, message }) => `${path}: ${message}`);
}

const shop = { components: { shop: { paths: ['services/shop/**'] } } };
const LOCKED = { gates: { size: { mode: 'block' } }, lock: ['gates.size'] };

describe('a component', () => {
  const unjudged =
    'components.shop: no gate judges this component by itself, so its status portcullis/shop says error; name a gate in it, or take it out.';

  test.each<[string, unknown[], string[]]>([
    ['with a gate that looks at its files', [shop], []],
    ['whose files a lock keeps together', [LOCKED, shop], [unjudged]],
    ['under the lock, with a gate of its own', [LOCKED, withGate({ size: { maximumLines: 100 } })], []],
    ['above which that gate is off', [{ gates: { size: { mode: 'off' } } }, shop], [unjudged]],
    ['of what is switched off', [{ gates: { size: { mode: 'off' } } }, { enabled: false, ...shop }], []],
  ])('%s', (_, documents, expected) => {
    expect(doubts(...documents)).toEqual(expected);
  });
});

describe('an account', () => {
  const told = (path: string, account: string, looks: string) =>
    `${path}: "${account}" looks like ${looks}, which no account matches; write its uniqueName, like ada@contoso.com, or its id.`;

  test('that looks like a display name or a pattern is told, wherever accounts stand', () => {
    const document = {
      bots: { identities: ['renovate@contoso.com', 'Renovate Bot'], exempt: ['title'] },
      waivers: { authority: ['*@contoso.com'] },
      gates: { title: { when: { authors: ['Ada Author'], labels: ['needs review'] }, pattern: 'a b*' } },
    };
    expect(doubts(document)).toEqual([
      told('bots.identities[1]', 'Renovate Bot', 'a display name'),
      told('waivers.authority[0]', '*@contoso.com', 'a pattern'),
      told('gates.title.when.authors[0]', 'Ada Author', 'a display name'),
    ]);
  });

  test.each([
    'ada@contoso.com',
    '[Shop]\\Project Administrators',
    'CONTOSO\\ada',
    'b3d4e1b4-5a0f-4c57-8b4e-6d5b7a9c0001',
  ])('%s is not doubted', (account) => {
    expect(doubts({ bots: { identities: [account] } })).toEqual([]);
  });
});

function withGate(gates: Record<string, unknown>): unknown {
  return { components: { shop: { ...shop.components.shop, gates } } };
}
