import type { Clone } from '../local-environment';
import type { NewRepository } from '../new-repository';
import type { Broken, BrokenCase } from './broken';

const lines = (amount: number) => 'x();\n'.repeat(amount);

/** What was pushed. */
export const brokenCode: readonly BrokenCase[] = [
  {
    gate: 'size',
    options: { maximumAdditions: 10, weights: [{ paths: ['**/*.test.ts'], weight: 0.5 }] },
    state: 'failed',
    breaks: async ({ open, push }) => {
      const id = await open('sized', {}, { add: { 'src/long.ts': lines(7), 'src/long.test.ts': lines(5) } });
      return {
        id,
        says: '10.5 > 10 weighed added lines',
        tells:
          '- **size**: 13 lines are added, weighing 10.5 by these settings; at most 10 are asked for. Split the change into pull requests that can be reviewed on their own.',
        mend: () => push('sized', { edit: { 'src/long.test.ts': lines(4) } }),
      };
    },
  },
  {
    gate: 'paths',
    options: { together: [{ changed: ['src/**'], needs: ['CHANGELOG.md'], help: 'Tell who upgrades.' }] },
    state: 'failed',
    breaks: async ({ open, push }) => ({
      id: await open('untold'),
      says: 'no change in CHANGELOG.md',
      tells:
        '- **paths**: `src/untold.ts` changed, but no file that matches `CHANGELOG.md` was added or edited. Tell who upgrades.',
      mend: () => push('untold', { add: { 'CHANGELOG.md': 'One.\n' } }),
    }),
  },
  {
    gate: 'paths',
    about: 'what may not change is renamed away',
    options: { forbidden: [{ paths: ['vendor/**'], help: 'Take a new release.' }] },
    state: 'failed',
    breaks: async (repository) => {
      await repository.push('main', {
        add: { 'vendor/pad.ts': 'export const pad = (text: string) => text.padStart(8);\n' },
      });
      const clone = await repository.clone();
      await clone.git('checkout', '--quiet', '-B', 'moved');
      await clone.git('mv', 'vendor/pad.ts', 'pad.ts');
      await clone.push('moved', {});
      return {
        id: await repository.pulls.open('moved', { title: 'Something of the shop' }),
        says: 'vendor/pad.ts may not change',
        tells:
          '- **paths**: `vendor/pad.ts` matches `vendor/**`, which no pull request may change. Take a new release.',
        mend: async () => {
          await clone.git('mv', 'pad.ts', 'vendor/pad.ts');
          await clone.push('moved', { 'src/moved.ts': 'export const one = 1;\n' });
        },
      };
    },
  },
  {
    gate: 'mergeable',
    options: {},
    state: 'failed',
    breaks: async ({ open, push }) => {
      await push('main', { add: { 'greeting.ts': 'export const greeting = "hello";\n' } });
      const id = await open('conflicting', {}, { edit: { 'greeting.ts': 'export const greeting = "good day";\n' } });
      await push('main', { edit: { 'greeting.ts': 'export const greeting = "good evening";\n' } });
      return {
        id,
        says: 'conflicts with the target branch',
        tells:
          '- **mergeable**: The source branch conflicts with the target branch, so it cannot be merged. Merge the target branch into the source branch, resolve the conflicts there, and push.',
        mend: () => push('conflicting', { edit: { 'greeting.ts': 'export const greeting = "good evening";\n' } }),
      };
    },
  },
  {
    gate: 'mergeable',
    about: 'a branch that is behind',
    options: { maximumCommitsBehind: 1 },
    state: 'failed',
    breaks: async (repository) => {
      const id = await repository.open('behind');
      await repository.push('main', { add: { 'src/two.ts': 'export const two = 2;\n' } });
      await repository.push('main', { add: { 'src/three.ts': 'export const three = 3;\n' } });
      return {
        id,
        says: '2 > 1 commits behind',
        tells:
          '- **mergeable**: 2 commits of the target branch are missing here; at most 1 may be. Merge the target branch into the source branch, or rebase onto it, and push.',
        mend: async () => {
          const clone = await repository.clone();
          await clone.git('checkout', '--quiet', 'behind');
          await clone.git('merge', '--quiet', '--no-edit', 'origin/main');
          await clone.git('push', '--quiet', 'origin', 'behind');
        },
      };
    },
  },
  {
    gate: 'commits',
    options: { convention: 'conventional-commits' },
    state: 'failed',
    breaks: (repository) =>
      amended(
        repository,
        ['tidy up'],
        ['chore: tidy up'],
        'not conventional',
        '- **commits**: Commit <commit> \\("tidy up"\\) does not follow Conventional Commits. Begin like `fix(basket): round down`. Reword with `git rebase --interactive`, and push with --force-with-lease.',
      ),
  },
  {
    gate: 'commits',
    about: 'signed off',
    options: { signOff: true },
    state: 'failed',
    breaks: (repository) =>
      amended(
        repository,
        ['fix: round'],
        ['fix: round', '--signoff'],
        'not signed off',
        '- **commits**: Commit <commit> \\("fix: round"\\) is not signed off by its author. Sign off with `git rebase --signoff`, or `git commit --amend --signoff` for the last one, and push with --force-with-lease.',
      ),
  },
  {
    gate: 'commits',
    about: 'by another domain',
    options: { authorDomains: ['contoso.example'] },
    state: 'failed',
    breaks: (repository) =>
      amended(
        repository,
        ['fix: round', '--author', 'Ada <ada@home.example>'],
        ['fix: round', '--author', 'Ada <ada@contoso.example>'],
        'by another domain',
        '- **commits**: Commit <commit> \\("fix: round"\\) has an author whose address is of "home.example"; "contoso.example" is asked for. Set `git config user.email`, renew the author with `git rebase --exec "git commit --amend --reset-author --no-edit"`, and push with --force-with-lease.',
      ),
  },
  {
    gate: 'commits',
    about: 'a merge',
    options: { mergeCommits: 'refuse' },
    state: 'failed',
    breaks: async (repository) => {
      const clone = await repository.clone();
      await commitAs(clone, 'brought', 'fix: one');
      await clone.git('checkout', '--quiet', '-B', 'aside', 'origin/main');
      await clone.git('commit', '--quiet', '--allow-empty', '-m', 'fix: two');
      await clone.git('checkout', '--quiet', 'brought');
      await clone.git('merge', '--quiet', '--no-ff', '--no-edit', 'aside');
      await clone.git('push', '--quiet', 'origin', 'brought');
      const commit = (await clone.git('rev-parse', 'HEAD')).slice(0, 8);
      return {
        id: await repository.pulls.open('brought', { title: 'Something of the shop' }),
        says: '1 of 3 commits merges',
        tells: `- **commits**: Commit ${commit} \\("Merge branch 'aside' into brought"\\) merges another branch. Rebase onto the target branch instead of merging it, and push with --force-with-lease.`,
        mend: async () => {
          await clone.git('reset', '--quiet', '--hard', 'HEAD~1');
          await clone.git('push', '--quiet', '--force', 'origin', 'brought');
        },
      };
    },
  },
];

async function commitAs(clone: Clone, branch: string, message: string, ...more: string[]): Promise<string> {
  await clone.git('checkout', '--quiet', '-B', branch);
  await clone.git('commit', '--quiet', '--allow-empty', '-m', message, ...more);
  await clone.git('push', '--quiet', '--force', 'origin', branch);
  return (await clone.git('rev-parse', 'HEAD')).slice(0, 8);
}

/** One commit, and the same one made right. */
async function amended(
  repository: NewRepository,
  [message = '', ...wrong]: string[],
  [better = '', ...right]: string[],
  says: string,
  tells: string,
): Promise<Broken> {
  const clone = await repository.clone();
  const commit = await commitAs(clone, 'brought', message, ...wrong);
  return {
    id: await repository.pulls.open('brought', { title: 'Something of the shop' }),
    says: `1 of 1 commit ${says}`,
    tells: tells.replace('<commit>', commit),
    mend: () => commitAs(clone, 'brought', better, ...right, '--amend'),
  };
}
