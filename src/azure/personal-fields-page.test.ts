import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { PERSONAL_PAGE, withPersonalFields } from './personal-fields-page';
import { TABLES, type Column } from './personal-fields';

const page = readFileSync(resolve(__dirname, '../..', PERSONAL_PAGE), 'utf8');

test('the page is as npm run generate writes it, and tells of every personal column', () => {
  expect(withPersonalFields(page)).toBe(page);
  for (const [table, { columns }] of Object.entries(TABLES)) {
    for (const [column, field] of Object.entries<Column>(columns)) {
      if (field !== 'nobody') expect(page).toMatch(new RegExp(`^\\| \`${table}\` +\\| \`${column}\` +\\| `, 'm'));
    }
  }
});

test('a page without markers stays as it is', () => {
  expect(withPersonalFields('nothing')).toBe('nothing');
});
