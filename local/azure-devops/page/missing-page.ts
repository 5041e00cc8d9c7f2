import { renderDocument } from './document';
import { html } from './html';

/**
 * The page of an address that has none: nobody who mistyped it should have to guess where to go on.
 *
 * @param home the organization's page, `/contoso`
 */
export function renderMissingPage(home: string): string {
  return renderDocument({
    title: 'No such page',
    organization: home.split('/').at(-1) ?? '',
    home,
    crumbs: [{ text: 'No such page' }],
    content: html`<h1>There is no such page</h1>
      <p>
        The simulator has pages for <a href="${home}">the organization</a> and, at
        <code>${home}/‹project›/_git/‹repository›/pullrequest/‹number›</code>, for a pull request.
      </p>`,
  });
}
