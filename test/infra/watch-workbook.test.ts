import { z } from 'zod';

import { deploy } from './deploy-on-paper';
import { commandsIn, isCommand } from './portcullis-commands';
import { allItems, LINES, readWorkbook, type Workbook, type WorkbookItem } from './watch-queries';

const TEXT = 1;
const QUERY = 3;
const GROUP = 12;
const CHARTS = ['table', 'barchart', 'timechart'];

/** What is wrong with the page, as sentences. */
function mistakesIn(workbook: Workbook): string[] {
  const items = allItems(workbook.items);
  const parameters = items.flatMap(({ content }) => content.parameters ?? []);
  const names = items.map(({ name }) => name);
  return [
    ...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `there are two items ${name}`),
    ...workbook.items.filter(({ type }) => type === QUERY).map(({ name }) => `${name} has no text beside it`),
    ...items.filter(({ type }) => type === GROUP).flatMap(mistakesInGroup),
    ...items.flatMap(({ name, content }) =>
      [...(content.query ?? '').matchAll(/\{(\w+)(?::\w+)?\}/g)]
        .filter(([, parameter]) => !parameters.some((each) => each.name === parameter))
        .map(([, parameter]) => `${name} asks for the parameter ${parameter ?? ''}, which there is not`),
    ),
  ];
}

/** A group is a chart with a sentence or two above it. */
function mistakesInGroup({ name, content }: WorkbookItem): string[] {
  const [text, chart] = content.items ?? [];
  const {
    title,
    query = '',
    visualization = '',
    timeContextFromParameter,
  } = z
    .object({
      title: z.string().optional(),
      query: z.string().optional(),
      visualization: z.string().optional(),
      timeContextFromParameter: z.string().optional(),
    })
    .parse(chart?.content ?? {});
  const looksAtLog = /\blines\b|\bofConnection\b/.test(query.replace(LINES, ''));
  return [
    ...(text?.type === TEXT && /^[A-Z].*\.$/.test(text.content.json ?? '') ? [] : [`${name} is not explained`]),
    ...(title ? [] : [`${name} has no title`]),
    ...(CHARTS.includes(visualization) ? [] : [`${name} is drawn as ${visualization}`]),
    ...(timeContextFromParameter === 'TimeRange' ? [] : [`${name} does not obey the time range`]),
    ...(query.startsWith(LINES) === looksAtLog ? [] : [`${name} does not begin with queries/lines.kql`]),
    ...(query.includes('{Connection}') === /\bofConnection$|\bofConnection\n|\(ofConnection/m.test(query)
      ? []
      : [`${name} has a parameter that changes nothing`]),
  ];
}

describe('the workbook', () => {
  test('is complete: each chart has a title, a sentence, a time range and the same beginning', () => {
    expect(mistakesIn(readWorkbook())).toEqual([]);
    expect(readWorkbook().version).toBe('Notebook/1.0');
  });

  test('shows what an administrator asks for', () => {
    const titles = allItems(readWorkbook().items).flatMap(({ content }) => content.title ?? []);
    expect(titles).toEqual([
      'In short',
      'Verdicts',
      'From hook to verdict',
      'Gates that keep pull requests',
      'Waivers in use',
      'Requests to Azure DevOps in five minutes',
      'Time lost to the rate limit',
      'Age of the oldest message in the queue',
      'How long messages waited',
      'Service hooks',
      'Functions that failed',
      'Warnings and errors by connection',
    ]);
  });

  test('names commands that there are', async () => {
    const commands = commandsIn(JSON.stringify(readWorkbook()));
    expect(commands).not.toHaveLength(0);
    for (const command of commands) expect(await isCommand(command)).toBe(true);
  });

  test('is deployed for the component whose log it reads', async () => {
    const { resources } = await deploy({ prefix: 'portcullis' });
    const found = resources.filter(({ type }) => type.toLowerCase() === 'microsoft.insights/workbooks');
    const { properties } = z
      .object({ properties: z.object({ sourceId: z.string(), serializedData: z.string() }) })
      .parse(found[0]?.body);
    expect(found).toHaveLength(1);
    const data = JSON.parse(properties.serializedData) as Workbook;
    expect(data.fallbackResourceIds).toEqual([properties.sourceId]);
    expect({ ...data, fallbackResourceIds: [] }).toEqual({ ...readWorkbook(), fallbackResourceIds: [] });
  });

  test.each<[string, (chart: Record<string, unknown>, text: { json: string }) => void, RegExp]>([
    ['no title', (chart) => delete chart['title'], /has no title/],
    ['no sentence', (_, text) => (text.json = 'Verdicts'), /is not explained/],
    ['another time', (chart) => delete chart['timeContextFromParameter'], /does not obey the time range/],
    ['another drawing', (chart) => (chart['visualization'] = 'spiral'), /is drawn as spiral/],
    ['another beginning', (chart) => (chart['query'] = 'let lines = traces; lines'), /does not begin with/],
    [
      'a parameter',
      (chart) => (chart['query'] = `${String(chart['query'])}| where a == {Region}`),
      /asks for the parameter Region/,
    ],
    [
      'a parameter that is not used',
      (chart) => (chart['query'] = `${LINES}let a = dynamic([{Connection}]);\nlines`),
      /has a parameter that changes nothing/,
    ],
  ])('a planted fault is found: %s', (_, plant, mistake) => {
    const workbook = readWorkbook();
    const group = workbook.items.find(({ name }) => name === 'verdicts-group');
    const [text, chart] = group?.content.items ?? [];
    if (!text || !chart) throw new Error('There is no chart of verdicts.');
    plant(chart.content, text.content as { json: string });
    expect(mistakesIn(workbook)).toEqual([expect.stringMatching(mistake)]);
  });
});
