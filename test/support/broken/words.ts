import { WORDS, type BrokenCase } from './broken';

/** What authors write, and what they aim at. */
export const brokenWords: readonly BrokenCase[] = [
  {
    gate: 'title',
    options: { convention: 'conventional-commits', types: ['feat', 'fix'] },
    state: 'failed',
    breaks: async ({ open, pulls }) => {
      const id = await open('titled', { title: 'Greet customers' });
      return {
        id,
        says: 'not conventional',
        tells:
          '- **title**: The title "Greet customers" does not begin like `type(scope): description`. Begin like `fix(basket): round down`. The type is "feat" or "fix".',
        mend: () => pulls.update(id, { title: 'feat(shop): greet customers' }),
      };
    },
  },
  {
    gate: 'title',
    about: 'a breaking change is explained',
    options: { convention: 'conventional-commits', breakingChanges: 'explain' },
    state: 'failed',
    breaks: async ({ open, pulls }) => {
      const id = await open('breaking', { title: 'feat(shop)!: greet customers', description: WORDS });
      return {
        id,
        says: 'breaking change not explained',
        tells:
          '- **title**: The title "feat\\(shop\\)&excl;: greet customers" is marked by `!`, and the description does not say what breaks. Add a line to the description that begins with `BREAKING CHANGE: ` and says what breaks, and what to do.',
        mend: () => pulls.update(id, { description: `${WORDS}\n\nBREAKING CHANGE: nobody enters without a greeting.` }),
      };
    },
  },
  {
    gate: 'description',
    options: { requiredSections: ['Why'] },
    state: 'failed',
    breaks: async ({ open, pulls }) => {
      const id = await open('described', { description: `${WORDS}\n\n## Why\n` });
      return {
        id,
        says: 'section "Why" is empty',
        tells: '- **description**: The section "Why" is empty. Write below its heading what it asks for.',
        mend: () => pulls.update(id, { description: `## Why\n${WORDS}` }),
      };
    },
  },
  {
    gate: 'description',
    about: 'a checklist, of which an optional item may stay open',
    options: { checklist: 'complete' },
    state: 'failed',
    breaks: async ({ open, pulls }) => {
      const list = `${WORDS}\n\n- [ ] notes (optional)\n`;
      const id = await open('listed', { description: `${list}- [ ] tests` });
      return {
        id,
        says: '1 open checklist item',
        tells:
          '- **description**: The checklist item "tests" in the description is not ticked. Tick what is done; remove what does not apply.',
        mend: () => pulls.update(id, { description: `${list}- [x] tests` }),
      };
    },
  },
  {
    gate: 'branch-name',
    options: { allowed: ['feature/**'] },
    state: 'failed',
    breaks: async ({ open }) => ({
      id: await open('sloppy'),
      says: '"sloppy" is not as agreed',
      tells:
        '- **branch-name**: The source branch "sloppy" does not match `feature/**`. Push the commits to a branch with such a name, and open a new pull request from there.',
      mend: () => open('feature/tidy'),
    }),
  },
  {
    gate: 'target-branch',
    options: { rules: [{ into: ['main'], from: ['release/*'] }] },
    state: 'failed',
    breaks: async ({ open, push, pulls }) => {
      await push('develop', { add: { 'DEVELOP.md': 'Here we work.\n' } });
      const id = await open('feature/aim');
      return {
        id,
        says: '"feature/aim" may not go into "main"',
        tells:
          '- **target-branch**: Only branches that match `release/*` may be merged into "main"; this one is "feature/aim". Change the target branch on the pull request\'s page, or merge by way of such a branch.',
        mend: () => pulls.update(id, { targetRefName: 'refs/heads/develop' }),
      };
    },
  },
  {
    gate: 'labels',
    options: {},
    state: 'failed',
    breaks: async ({ open, label, unlabel }) => {
      const id = await open('labelled');
      await label(id, 'Do-Not-Merge');
      return {
        id,
        says: '"Do-Not-Merge" is set',
        tells:
          '- **labels**: The label "Do-Not-Merge" is set, with which these settings let nothing be merged. Take it off on the pull request\'s page, under "Tags", once it is no longer true.',
        mend: () => unlabel(id, 'do-not-merge'),
      };
    },
  },
];
