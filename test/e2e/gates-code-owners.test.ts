import { eventually, startTestEnvironment, type TestEnvironment } from '../support/local-environment';
import { newRepository, type NewRepository } from '../support/new-repository';

/** Who owns what changed, by the genuine adapters: files on branches, groups, votes and reviewers of the simulated service. */
let environment: TestEnvironment;
const REVIEWERS = '[Shop]\\Code Reviewers';
const WRITERS = '[Shop]\\Writers';

beforeAll(async () => {
  environment = await startTestEnvironment();
  await environment.control('POST', 'people', { key: 'rita', displayName: 'Rita Maintainer' });
  await group('[contoso]\\Seniors', ['rita']);
  await group(REVIEWERS, ['author', '[contoso]\\Seniors']);
  await group(WRITERS, ['reviewer', 'rita']);
});

afterAll(async () => {
  await environment.end();
});

async function group(name: string, members: string[]): Promise<string> {
  const { status, body } = await environment.control('POST', 'groups', { name, members });
  if (status !== 200) throw new Error(`making ${name}: ${JSON.stringify(body)}`);
  return String(body.id);
}

/** A repository whose `main` has files, judged by `code-owners` alone. */
async function owned(name: string, files: Record<string, string>, options: object = {}): Promise<NewRepository> {
  const repository = await newRepository(environment, name);
  await repository.push('main', { add: files });
  await repository.save({ 'code-owners': { mode: 'block', ...options } });
  return repository;
}

const again = ({ pulls }: NewRepository, id: number): Promise<unknown> => pulls.comment(id, '/gate re-run');
const waits = (says: string): [string, string] => ['pending', `waiting for code-owners ${says}`];
const FINE: [string, string] = ['succeeded', '1 gate passed'];

async function reviewersOf(
  { ask }: NewRepository,
  id: number,
): Promise<{ id: string; name: string; isRequired: boolean }[]> {
  const { value } = await ask('author', 'GET', `pullRequests/${id}/reviewers`);
  return value.map((each: { id: string; displayName: string; isRequired?: boolean }) => ({
    id: each.id,
    name: each.displayName,
    isRequired: each.isRequired === true,
  }));
}

test.concurrent(
  'waits for somebody of the group, through another group; the author, who is in it, does not count',
  async () => {
    const shop = await owned('owners-group', { CODEOWNERS: `/src/ "@${REVIEWERS}"\n` });
    const id = await shop.open('voucher');
    const [state, says] = waits(`/src/ needs an approval by ${REVIEWERS}`);
    await shop.says(id, state, says);
    await shop.pulls.vote(id, 'author', 10);
    await shop.pulls.vote(id, 'reviewer', 10);
    await again(shop, id);
    const summary = await eventually(
      () => shop.summary(id),
      (text) => text.includes('Not counted'),
    );
    expect(summary).toContain(
      `\`/src/\` needs an approval by \`${REVIEWERS}\`: nobody of them has approved in a way that counts.`,
    );
    expect(summary).toContain('Not counted: &quot;Ada Author&quot; opened the pull request.'.replaceAll('&quot;', '"'));
    await shop.says(id, state, says);
    await shop.pulls.vote(id, 'rita', 10);
    await shop.says(id, ...FINE);
    await shop.push('voucher', { edit: { 'src/voucher.ts': 'export const one = 2;\n' } });
    await shop.says(id, state, says);
  },
  120_000,
);

test.concurrent(
  'a rename dodges nothing, nor does a pull request that edits the file',
  async () => {
    const shop = await owned('owners-dodge', {
      '.github/CODEOWNERS': '/infra/ @admin@contoso.example\n/.github/ @reviewer@contoso.example\n',
      'infra/main.bicep': 'param location string\n'.repeat(20),
    });
    const clone = await shop.clone();
    await clone.git('checkout', '--quiet', '-B', 'moved', 'origin/main');
    await clone.git('mv', 'infra/main.bicep', 'main.bicep');
    await clone.push('moved', {});
    const moved = await shop.pulls.open('moved', { title: 'Tidy up' });
    const needsAdmin = '/infra/ needs an approval by admin@contoso.example';
    await shop.says(moved, ...waits(needsAdmin));

    const mine = '/infra/ @author@contoso.example\n';
    await clone.git('checkout', '--quiet', '-B', 'mine', 'origin/main');
    await clone.push('mine', {
      '.github/CODEOWNERS': mine,
      CODEOWNERS: mine,
      'infra/main.bicep': 'param name string\n',
    });
    const edited = await shop.pulls.open('mine', { title: 'Own it' });
    const [, both] = waits('/.github/ needs an approval by reviewer@contoso.example (+1 more)');
    await shop.says(edited, 'pending', both);
    await shop.pulls.vote(edited, 'admin', 10);
    await shop.says(edited, ...waits('/.github/ needs an approval by reviewer@contoso.example'));
    await shop.pulls.vote(edited, 'reviewer', 10);
    await shop.says(edited, ...FINE);

    // A place that goes before would stand in for the present file.
    await clone.git('checkout', '--quiet', '-B', 'instead', 'origin/main');
    await clone.push('instead', { CODEOWNERS: mine });
    const instead = await shop.pulls.open('instead', { title: 'Own it otherwise' });
    await shop.says(instead, ...waits('/.github/ needs an approval by reviewer@contoso.example'));
  },
  120_000,
);

test.concurrent(
  'a section asks for two approvals, and a line that cannot be read is told where it decides',
  async () => {
    const shop = await owned('owners-sections', {
      'docs/CODEOWNERS': `* @reviewer@contoso.example\n[Docs][2] "@${WRITERS}"\n*.md\n^[Advice]\n* @admin@contoso.example\n[Secret]\n!vault/ @admin@contoso.example\n`,
    });
    const id = await shop.open('manual', {}, { add: { 'manual.md': 'Read me.\n' } });
    await shop.pulls.vote(id, 'reviewer', 10);
    await shop.looks(id, ...waits(`*.md needs 2 approvals by ${WRITERS}`));
    await shop.pulls.vote(id, 'rita', 5);
    await shop.says(id, ...FINE);

    const vault = await shop.open('vault', {}, { add: { 'vault/key.txt': 'none\n' } });
    await shop.pulls.vote(vault, 'reviewer', 10);
    await shop.looks(vault, 'error', '1 of 1 gate could not judge: code-owners mend line 7 of docs/CODEOWNERS');
    expect(await shop.summary(vault)).toContain('a pattern cannot be turned round');
  },
  120_000,
);

test.concurrent(
  'every file must have an owner, where the settings say so; without a file the gate does not apply',
  async () => {
    const shop = await owned('owners-every', { 'notes.txt': 'None.\n' });
    const id = await shop.open('first');
    await shop.says(id, 'succeeded', 'no gate applies: code-owners no CODEOWNERS on main');
    await shop.save({ 'code-owners': { mode: 'block', everyFile: true } });
    await shop.says(id, 'failed', '1 of 1 gate failed: code-owners no CODEOWNERS on main');
    await shop.push('main', { add: { CODEOWNERS: '*.md @reviewer@contoso.example\n' } });
    await shop.looks(id, 'failed', '1 of 1 gate failed: code-owners src/first.ts has no owner');
  },
  120_000,
);

describe('adds owners to the reviewers', () => {
  const FILE = { CODEOWNERS: `/src/ "@${WRITERS}" admin@contoso.example\n` };
  const names = async (shop: NewRepository, id: number): Promise<string[]> =>
    (await reviewersOf(shop, id)).map(({ name, isRequired }) => `${name}${isRequired ? ', required' : ''}`).sort();

  test.each(['optional', 'required'])(
    'as %s ones, and never again whom somebody took off',
    async (addReviewers) => {
      const shop = await owned(`owners-${addReviewers}`, FILE, { addReviewers });
      const id = await shop.open('asked');
      const [state, says] = waits(`/src/ needs an approval by ${WRITERS} or admin@contoso.example`);
      await shop.says(id, state, says);
      const how = addReviewers === 'required' ? ', required' : '';
      const wanted = [`Olga Admin${how}`, `${WRITERS}${how}`].sort();
      expect(
        await eventually(
          () => names(shop, id),
          ({ length }) => length === 2,
        ),
      ).toEqual(wanted);

      for (const reviewer of await reviewersOf(shop, id)) {
        await environment.rest(
          'author',
          'DELETE',
          `${shop.path}/pullRequests/${id}/reviewers/${reviewer.id}?api-version=7.1`,
        );
      }
      await shop.push('asked', { edit: { 'src/asked.ts': 'export const one = 2;\n' } });
      await again(shop, id);
      await environment.settle();
      expect(await names(shop, id)).toEqual([]);
      await shop.says(id, state, says);
      await shop.pulls.vote(id, 'rita', 10);
      await shop.says(id, ...FINE);
    },
    120_000,
  );

  test('tells what the PAT lacks for it, and judges all the same', async () => {
    const scopes = ['vso.code', 'vso.code_status', 'vso.threads_full', 'vso.work', 'vso.identity'];
    await environment.control('POST', 'pats', { token: 'bot-pat', scopes });
    const shop = await owned('owners-refused', FILE, { addReviewers: 'optional' });
    const id = await shop.open('refused');
    await shop.says(id, ...waits(`/src/ needs an approval by ${WRITERS} or admin@contoso.example`));
    expect(await shop.summary(id)).toMatch(/was not added to the reviewers: .*Give it the scope Code/);
    expect(await names(shop, id)).toEqual([]);
    await shop.pulls.vote(id, 'rita', 10);
    await shop.says(id, ...FINE);
    await environment.control('POST', 'pats', { token: 'bot-pat', scopes: null });
  }, 120_000);
});
