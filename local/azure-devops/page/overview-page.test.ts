import { renderOverviewPage } from './overview-page';
import { overviewModel, pageModel } from './page-fixture';
import { status } from './fixture-parts';

test('lists active pull requests first, with the newest verdict of each', () => {
  const { pullRequest, repository, iterations } = pageModel();
  const entry = { project: 'Shop', repository, iterations };
  const page = renderOverviewPage(
    overviewModel({
      pullRequests: [
        {
          ...entry,
          pullRequest: { ...pullRequest, pullRequestId: 9, title: 'done', status: 'completed' },
          statuses: [],
        },
        {
          ...entry,
          pullRequest: { ...pullRequest, pullRequestId: 3, title: 'open' },
          statuses: [
            status(2, { description: 'new verdict', iterationId: 2 }),
            status(1, { description: 'old verdict', iterationId: 2 }),
          ],
        },
      ],
    }),
  );
  expect(page).toContain('href="/contoso/Shop/_git/web/pullrequest/3"><bdi>open</bdi></a>');
  expect(page.indexOf('>open<')).toBeLessThan(page.indexOf('>done<'));
  expect(page).toContain('new verdict');
  expect(page).not.toContain('old verdict');
});

test('shows repositories, work items, and the commands that try it', () => {
  const page = renderOverviewPage(overviewModel());
  expect(page).toContain('<code class="clone">http://localhost:7080/contoso/Shop/_git/web</code>');
  expect(page).toContain('Cart is empty after login');
  expect(page).toContain('git clone http://author:author-pat@localhost:7080/contoso/Shop/_git/web');
  expect(page).toContain(
    'http://localhost:7080/contoso/Shop/_apis/git/repositories/web/pullrequests?supportsIterations=true&amp;api-version=7.1',
  );
});

test('an organization without anything yet says what to do', () => {
  const page = renderOverviewPage(overviewModel({ projects: [], pullRequests: [] }));
  expect(page).toContain('No pull requests yet');
  expect(page).not.toContain('Try it');
});

test('names are text', () => {
  const name = '<script>alert(1)</script>';
  const page = renderOverviewPage(
    overviewModel({
      organization: name,
      projects: [{ name, repositories: [{ id: 'r', name, cloneUrl: name }], workItems: [] }],
    }),
  );
  expect(page.match(/<script/g)).toHaveLength(1);
});
