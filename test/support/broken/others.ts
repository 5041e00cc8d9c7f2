import { editWorkItem, newWorkItem } from '../new-repository';
import type { BrokenCase } from './broken';

const ACCEPTANCE = 'Microsoft.VSTS.Common.AcceptanceCriteria';
const criteria = (...items: string[]) => `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
const DAY = 86_400_000;
const minute = (at: number) => new Date(at).toISOString().slice(0, 16);
const FROM = minute(Date.now() - DAY);
const TO = minute(Date.now() + DAY);
const UNTIL = `${TO.replace('T', ' ')} UTC`;

/** What others have to do, and what the calendar says. */
export const brokenByOthers: readonly BrokenCase[] = [
  {
    gate: 'work-items',
    options: { acceptanceCriteria: 'ticked' },
    state: 'failed',
    breaks: async ({ open, pulls }, environment) => {
      const fields = { 'System.Title': 'Greet customers', [ACCEPTANCE]: criteria('☑ at the till', '☐ online') };
      const item = await newWorkItem(environment, fields);
      const id = await open('linked');
      await pulls.linkWorkItem(id, item);
      return {
        id,
        says: `#${item} has 1 open acceptance criterion`,
        tells: [
          '- **work-items**: 2 findings',
          `  - Work item ${item}, "Greet customers", has an item in its acceptance criteria that is not ticked: "online". Tick on the work item what is met, and take out what is not asked for any more.`,
          '  - No linked work item counts; one is asked for. Under "Work items" on the pull request\'s page, add one with all of its acceptance criteria ticked.',
        ].join('\n'),
        mend: () => editWorkItem(environment, item, { [ACCEPTANCE]: criteria('☑ at the till', '☑ online') }),
      };
    },
  },
  {
    gate: 'comments',
    options: {},
    state: 'failed',
    breaks: async ({ open, pulls, ask }) => {
      const id = await open('discussed');
      const thread = await pulls.comment(id, 'Why not in the basket?', 'reviewer');
      return {
        id,
        says: '1 open',
        tells:
          '- **comments**: 1 comment thread, begun by "Rex Reviewer", is still open. Answer each, and set it to resolved, won\'t fix or closed when its question is settled; then comment "/gate re-run", as changing a thread is noticed only later otherwise.',
        mend: () => ask('reviewer', 'PATCH', `pullRequests/${id}/threads/${thread}`, { status: 'fixed' }),
      };
    },
  },
  {
    gate: 'reviewers',
    options: {},
    state: 'pending',
    breaks: async ({ open, pulls }) => {
      const id = await open('reviewed');
      await pulls.vote(id, 'author', 10);
      return {
        id,
        says: '0 of 1 approval',
        tells:
          '- **reviewers** waits: 1 approval is asked for; none counts so far. Not counted: "Ada Author" opened the pull request. Ask somebody else for a review.',
        mend: () => pulls.vote(id, 'reviewer', 10),
      };
    },
  },
  {
    gate: 'code-owners',
    options: {},
    state: 'pending',
    breaks: async ({ open, push, pulls }) => {
      await push('main', { add: { CODEOWNERS: '/src/ @reviewer@contoso.example\n' } });
      const id = await open('owned');
      await pulls.vote(id, 'admin', 10);
      return {
        id,
        says: '/src/ needs an approval by reviewer@contoso.example',
        tells:
          '- **code-owners** waits: `/src/` needs an approval by `reviewer@contoso.example`: nobody of them has approved in a way that counts. 1 changed file is theirs: `src/owned.ts`. Ask one of them for a review.',
        mend: () => pulls.vote(id, 'reviewer', 10),
      };
    },
  },
  {
    gate: 'depends-on',
    options: {},
    state: 'pending',
    breaks: async ({ open, pulls }) => {
      const other = await open('api', { title: 'Greetings, the API' });
      const id = await open('basket', { description: `Depends-On: !${other}` });
      return {
        id,
        says: `!${other} open`,
        tells: `- **depends-on** waits: &excl;${other} "Greetings, the API" in Shop/depends-on is open. When it is completed, the verdict follows within minutes; a comment "/gate re-run" has it looked at at once.`,
        mend: () => pulls.complete(other),
      };
    },
  },
  {
    gate: 'freeze',
    options: { windows: [{ from: FROM, to: TO, reason: 'Stocktaking' }], exemptLabels: ['hotfix'] },
    state: 'pending',
    breaks: async ({ open, label }) => {
      const id = await open('frozen');
      return {
        id,
        says: `until ${UNTIL}: Stocktaking`,
        tells: `- **freeze** waits: Nothing is merged until ${UNTIL}: "Stocktaking". The verdict follows by itself then. What cannot wait carries the label "hotfix": set it on the pull request's page, under "Tags", then comment "/gate re-run", as a label is noticed only later otherwise.`,
        mend: () => label(id, 'Hotfix'),
      };
    },
  },
];
