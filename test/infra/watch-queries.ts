import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const MODULES = join(__dirname, '../../infra/modules');

/** A query as the service runs it: of an alert, a chart or a parameter of the workbook. */
export interface Query {
  name: string;
  text: string;
}

const read = (name: string): string => readFileSync(join(MODULES, name), 'utf8');

/** What each query begins with: what a line of the log is. */
export const LINES = read('queries/lines.kql');

/** The queries of alerts, as alerts.bicep puts them together, by the name of their file. */
export function alertQueries(): Query[] {
  return readdirSync(join(MODULES, 'queries'))
    .filter((file) => file !== 'lines.kql')
    .map((file) => ({ name: file.replace(/\.kql$/, ''), text: `${LINES}${read(`queries/${file}`)}` }));
}

/** Something in the workbook; what is inside a group stands in its own list. */
export interface WorkbookItem {
  type: number;
  name: string;
  content: {
    json?: string;
    title?: string;
    query?: string;
    items?: WorkbookItem[];
    parameters?: { name: string; query?: string }[];
  };
}

export interface Workbook {
  version: string;
  items: WorkbookItem[];
  fallbackResourceIds: string[];
}

export function readWorkbook(): Workbook {
  return JSON.parse(read('workbook.json')) as Workbook;
}

/** Items in the order in which they are shown, those of groups after their group. */
export function allItems(items: readonly WorkbookItem[]): WorkbookItem[] {
  return items.flatMap((item) => [item, ...allItems(item.content.items ?? [])]);
}

/** The workbook's queries, with the parameters that the page puts in. */
export function workbookQueries(workbook: Workbook = readWorkbook()): Query[] {
  return allItems(workbook.items).flatMap(({ name, content }) => [
    ...(content.query === undefined ? [] : [{ name, text: withParameters(content.query) }]),
    ...(content.parameters ?? []).flatMap((parameter) =>
      parameter.query === undefined ? [] : [{ name: parameter.name, text: withParameters(parameter.query) }],
    ),
  ]);
}

function withParameters(text: string): string {
  return text.replaceAll('{TimeRange:grain}', '1h').replaceAll('{Connection}', "'contoso', 'fabrikam'");
}

/** Messages of the log that a query names; the other texts in it stand in single quotes, or have no blank. */
export function messagesIn({ text }: Query): { message: string; isStart: boolean }[] {
  return [...withoutComments(text).matchAll(/@?'[^'\n]*'|(startswith\s+)?"([^"\n]*)"/g)]
    .map(([, start, message]) => ({ message: message ?? '', isStart: start !== undefined }))
    .filter(({ message }) => message.includes(' '));
}

/** Fields of lines of the log that a query asks for. */
export function fieldsIn({ text }: Query): string[] {
  return [...new Set([...withoutComments(text).matchAll(/\bline\.(\w+)/g)].map(([, field]) => field ?? ''))];
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*\/\/.*$/gm, '');
}
