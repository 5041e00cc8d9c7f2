import { gates as registry } from '../../src/gates/registry';
import type { TestEnvironment } from './local-environment';
import { newRepository, newWorkItem, type NewRepository } from './new-repository';

const LIMIT_MERGE_TYPES = 'fa4e907d-c16b-4a4c-9dfa-4916e5d171ab';
const OWNERS = String.raw`[Shop]\Seniors`;
const GROUP = String.raw`[Shop]\Reviewers`;
const TEMPLATE = '# What\n\nSay what changes.\n\n# How it was tested\n\nSay how.\n';
const version = 'api-version=7.1';

/** Every gate there is, in `block`, with options that have it read all it can. */
const options: Record<string, object> = {
  commits: { convention: 'conventional-commits' },
  'code-owners': { addReviewers: 'optional' },
  description: { template: 'filled' },
  // Not a time ahead: what is left for then would be gone through by tests that let nothing be left.
  freeze: {
    windows: [{ from: '2026-01-02T18:00', to: '2026-01-03T18:00', reason: 'Stocktaking' }],
    exemptGroups: [GROUP],
  },
  mergeable: { maximumCommitsBehind: 20 },
  paths: { protected: [{ paths: ['src/**'], group: GROUP, help: 'Ask a reviewer.' }] },
  reviewers: { groups: [{ group: GROUP }] },
  size: { maximumFiles: 200, maximumLines: 10_000 },
  'work-items': { areaPaths: ['Shop'], parentTypes: ['Feature'], acceptanceCriteria: 'present' },
};

export const allGates: Record<string, object> = Object.fromEntries(
  registry.map(({ name }) => [name, { mode: 'block', ...options[name] }]),
);

/**
 * A repository in which all gates have something to read: owners and approvals by a nested group, a template, a squash
 * policy, a target branch that has moved on. Pull requests of it wait for their reviewers.
 *
 * @returns prepares a branch of so many files, and what opens a pull request from it, with a work item below a feature,
 * that waits for another one
 */
export async function repositoryOfAllGates(
  environment: TestEnvironment,
): Promise<{ repository: NewRepository; prepare: (branch: string, files: number) => Promise<() => Promise<number>> }> {
  await environment.control('POST', 'groups', { name: OWNERS, members: ['reviewer'] });
  await environment.control('POST', 'groups', { name: GROUP, members: [OWNERS] });
  const repository = await newRepository(environment, 'all-gates');
  const begun = await repository.push('main', {
    add: { CODEOWNERS: `/src/ @${OWNERS}\n`, '.azuredevops/pull_request_template.md': TEMPLATE },
  });
  await repository.push('main', { add: { 'docs/greetings.md': 'Somebody else was faster.\n' } });
  const { status } = await environment.rest('admin', 'POST', `Shop/_apis/policy/configurations?${version}`, {
    isEnabled: true,
    isBlocking: true,
    type: { id: LIMIT_MERGE_TYPES },
    settings: {
      allowSquash: true,
      scope: [{ repositoryId: repository.id, refName: 'refs/heads/main', matchKind: 'exact' }],
    },
  });
  if (status !== 200) throw new Error(`requiring squash: ${status}`);
  const feature = await newWorkItem(environment, { 'System.Title': 'Greetings' }, 'Feature');
  await repository.save(allGates);
  const other = await repository.open('feature/api', { title: 'feat(api): greetings' });
  await repository.pulls.verdict(other);

  return {
    repository,
    prepare: async (branch, files) => {
      const item = await newWorkItem(environment, {
        'System.Title': 'Greet customers',
        'Microsoft.VSTS.Common.AcceptanceCriteria': 'They are greeted.',
      });
      await environment.rest('author', 'PATCH', `Shop/_apis/wit/workitems/${item}?${version}`, [
        {
          op: 'add',
          path: '/relations/-',
          value: {
            rel: 'System.LinkTypes.Hierarchy-Reverse',
            url: `${environment.simulator.url}/_apis/wit/workItems/${feature}`,
          },
        },
      ]);
      const names = Array.from({ length: files }, (_, index) => `src/${branch}/file-${index}.ts`);
      const content = (name: string): string => `export const of = '${name}';\n`.repeat(20);
      await repository.push(branch, {
        from: begun,
        add: Object.fromEntries(names.map((name) => [name, content(name)])),
      });
      const body = {
        title: 'feat(shop): greet customers',
        description: `# What\n\nCustomers are greeted.\n\n# How it was tested\n\nBy entering.\n\nDepends-On: !${other}`,
        workItemRefs: [{ id: String(item) }],
      };
      return () => repository.pulls.open(branch, body);
    },
  };
}
