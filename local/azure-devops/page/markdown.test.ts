import fc from 'fast-check';
import { renderMarkdown } from './markdown';

function render(source: string): string {
  return renderMarkdown(source).markup;
}

const ALLOWED =
  /^<(?:\/?(?:p|h[1-6]|ul|ol|li|em|strong|code|pre|blockquote|details|summary|a)|br \/|hr \/|details open|ol start="\d+"|li class="task"|code class="[^"<>]*"|a href="[^"<>]*"(?: title="[^"<>]*")?|img src="[^"<>]*" alt="[^"<>]*"(?: title="[^"<>]*")? \/|input type="checkbox" disabled aria-label="[a-z ]+"(?: checked)?)>$/;

/** Fails unless every `<` begins a tag that the page allows, and every tag is closed in its own element. */
function expectHarmless(markup: string): void {
  const open: string[] = [];
  for (const [tag] of markup.matchAll(/<[^>]*>?/g)) {
    expect(tag).toMatch(ALLOWED);
    const name = /[a-z0-9]+/.exec(tag)?.[0] ?? '';
    if (['br', 'hr', 'img', 'input'].includes(name)) continue;
    if (tag.startsWith('</')) expect(open.pop()).toBe(name);
    else open.push(name);
  }
  expect(open).toEqual([]);
  for (const [, address] of markup.matchAll(/(?:href|src)="([^"]*)"/g)) {
    expect(address).not.toMatch(/^\s*(?:javascript|data|vbscript|file):/i);
  }
}

test('renders the Markdown that gates write', () => {
  expect(render('### 2 gates block\n\n- **size**: `812` lines\n')).toBe(
    '<h3>2 gates block</h3>\n<ul>\n<li><strong>size</strong>: <code>812</code> lines</li>\n</ul>\n',
  );
  expect(render('[the guide](https://contoso.example/guide "Guide")')).toBe(
    '<p><a href="https://contoso.example/guide" title="Guide">the guide</a></p>',
  );
});

test('task list items become check boxes, in tight and in loose lists', () => {
  const tight = render('- [ ] write tests\n- [x] ship');
  expect(tight).toContain('<li class="task"><input type="checkbox" disabled aria-label="to do"> write tests</li>');
  expect(tight).toContain('aria-label="done" checked> ship</li>');
  expect(render('- [X] one\n\n- [ ] two')).toContain('<li class="task">\n<p><input type="checkbox" disabled');
  expect(render('[ ] not in a list')).not.toContain('<input');
  expect(render('- `[ ] code`')).not.toContain('<input');
});

test('details fold text away, and the Markdown inside is rendered', () => {
  const markup = render('<details>\n<summary>How to fix it</summary>\n\n1. **Revoke** the key\n\n</details>\n\nafter');
  expect(markup).toMatch(/<details>\s*<summary>How to fix it<\/summary>\s*<ol>\s*<li><strong>Revoke<\/strong> the key/);
  expect(markup).toMatch(/<\/ol>\s*<\/details>\s*<p>after<\/p>/);
  expectHarmless(markup);
});

test('details inside a quote or a list stay inside it', () => {
  for (const prefix of ['> ', '  ']) {
    const source = ['<details>', '<summary>s</summary>', '', 'text', ''].map((line) => prefix + line).join('\n');
    const markup = render(prefix === '> ' ? source : `- first\n\n${source}`);
    expect(markup).toContain('<details>');
    expectHarmless(markup);
  }
});

test('details are text where they are code, or carry attributes that could do something', () => {
  expect(render('```\n<details>\n```')).toContain('&lt;details&gt;');
  expect(render('<details ontoggle="alert(1)" open>\nx')).not.toContain('<details');
});

test('other HTML is shown, not run', () => {
  expect(render('<script>alert(1)</script>')).toBe('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(render('a <img src=x onerror=alert(1)> b')).toBe('<p>a &lt;img src=x onerror=alert(1)&gt; b</p>');
  expect(render('<summary><svg onload=alert(1)></summary>')).toContain('&lt;svg onload=alert(1)&gt;');
});

test('markers in HTML comments do not show', () => {
  expect(render('<!-- portcullis:summary -->\nSeen').trim()).not.toContain('portcullis');
  expect(render('Seen <!-- marker --> too')).toBe('<p>Seen  too</p>');
});

test('addresses that could run something are dropped', () => {
  expect(render('[x](javascript:alert(1))')).toBe('<p><a href="">x</a></p>');
  expect(render('![x](data:text/html;base64,AA==)')).toContain('src=""');
  expect(render('<javascript:alert(1)>')).not.toContain('href="javascript');
});

test('a stray closing tag closes nothing of the page', () => {
  expect(render('text\n\n</details>\n')).not.toContain('</details>');
  expect(render('<details>\n\n- </details>\n\nend')).toMatch(/<li>\s*&lt;\/details&gt;[\s\S]*<\/details>$/);
});

test('whatever is written, the markup is balanced and of harmless elements', () => {
  const fragment = fc.constantFrom(
    ...['<details>', '</details>', '<summary>', '</summary>', '<details open>', '<script>', '<!--', '-->', '<b x="'],
    ...[
      '\n',
      '\n\n',
      '- ',
      '> ',
      '1. ',
      '  ',
      '    ',
      '```',
      '`',
      '*',
      '**',
      '_',
      '[',
      '](',
      ')',
      '!',
      '#',
      '"',
      '&',
      ']: ',
    ],
    ...[
      '[ ] ',
      'javascript:x',
      'https://a.example',
      '<https://a.example>',
      'text',
      '\\',
      '|',
      '<',
      '>',
      '</p>',
      '</li>',
    ],
  );
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 24 }), (parts) => expectHarmless(render(parts.join('')))),
    { numRuns: 600 },
  );
});
