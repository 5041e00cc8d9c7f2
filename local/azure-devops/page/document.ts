import { createHash } from 'node:crypto';
import { html, trusted, type Html } from './html';
import { PAGE_SCRIPT } from './script';
import { PAGE_STYLES } from './styles';

function digest(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * Nothing but our own style sheet and script runs or loads, whatever a comment manages to write into the page; pictures
 * of other hosts do not load either, so that looking at a pull request tells nobody.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src ${digest(PAGE_STYLES)}`,
  `script-src ${digest(PAGE_SCRIPT)}`,
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
].join('; ');

/** Whole elements, as a blank between tag and text would change the digest. */
const STYLE = trusted(`<style>${PAGE_STYLES}</style>`);
const SCRIPT = trusted(`<script>${PAGE_SCRIPT}</script>`);

/** A crumb of the way to the page; without an address it is the page itself or has no page of its own. */
export interface Crumb {
  text: string;
  href?: string;
}

export interface PageParts {
  title: string;
  organization: string;
  /** The path of its page. */
  home: string;
  crumbs: readonly Crumb[];
  /** Right end of the top bar. */
  tools?: Html;
  /** Shown above the content, and kept while the content refreshes. */
  notice?: string | null | undefined;
  content: Html;
}

/** The whole document around a page's content. */
export function renderDocument(parts: PageParts): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="same-origin" />
        <title>${parts.title}</title>
        <link rel="icon" href="data:," />
        ${STYLE}
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="top-bar">
          <a class="home" href="${parts.home}">
            <span class="home-mark" aria-hidden="true">${parts.organization.slice(0, 1).toUpperCase()}</span>
            <span>${parts.organization}</span>
          </a>
          <nav aria-label="Breadcrumb" class="crumbs">
            <ol>
              ${parts.crumbs.map(({ text, href }) => html`<li>${href ? html`<a href="${href}">${text}</a>` : text}</li>`)}
            </ol>
          </nav>
          <span class="simulated">Azure DevOps simulator</span>
          ${parts.tools}
        </header>
        <p class="notice" id="notice" role="status" ${!parts.notice && html`hidden`}>${parts.notice}</p>
        <main id="content" tabindex="-1">${parts.content}</main>
        ${SCRIPT}
      </body>
    </html> `.markup;
}
