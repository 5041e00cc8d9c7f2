import { markdownTable } from '../core/markdown-table';
import { PERSONAL_ELSEWHERE } from '../core/personal-elsewhere';
import { COMMON_COLUMNS, TABLES, type Column, type TableFields } from './personal-fields';

/** The page of personal fields, from the project's root. */
export const PERSONAL_PAGE = 'infra/personal-data.md';

const FORGET = {
  replace: 'a pseudonym takes its place',
  delete: 'the row is deleted',
  keep: 'it stays, and the command says what changes it',
} as const;

/** The page with fresh tables between its markers. */
export function withPersonalFields(page: string): string {
  return between(between(page, 'fields', fieldsTable()), 'elsewhere', elsewhereList());
}

function fieldsTable(): string {
  const rows = Object.entries<TableFields>(TABLES).flatMap(([table, { columns, kept, readBy }]) =>
    Object.entries<Column>(columns).flatMap(([column, field]) =>
      field === 'nobody' ? [] : [[`\`${table}\``, `\`${column}\``, field.what, kept, readBy, FORGET[field.forget]]],
    ),
  );
  const nobody = Object.entries<TableFields>(TABLES).map(([table, { columns }]) => {
    const names = Object.entries<Column>(columns).flatMap(([column, field]) => (field === 'nobody' ? [column] : []));
    return [`\`${table}\``, names.map((name) => `\`${name}\``).join(' ')];
  });
  const common = COMMON_COLUMNS.map((name) => `\`${name}\``).join(', ');
  return [
    markdownTable(['table', 'column', 'what it says', 'kept', 'who may read it', 'forgetting somebody'], rows),
    '',
    `Nobody is named in these, nor in ${common} of any table, except where a key is in the table above:`,
    '',
    markdownTable(['table', 'columns that name nobody'], nobody),
  ].join('\n');
}

function elsewhereList(): string {
  return markdownTable(
    ['where', 'what is there, and who removes it'],
    PERSONAL_ELSEWHERE.map(({ where, what }) => [where, what]),
  );
}

function between(page: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const from = page.indexOf(begin);
  const to = page.indexOf(end, from);
  if (from === -1 || to === -1) return page;
  return `${page.slice(0, from)}${begin}\n\n${content}\n\n${page.slice(to)}`;
}
