import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { WORK_QUEUE } from '../../src/core/work-queue-name';

import { deploy } from './deploy-on-paper';
import { analyzeQuery } from './kusto';
import { registeredFunctions } from './log-lines';
import { commandsIn, isCommand } from './portcullis-commands';
import { alertQueries } from './watch-queries';

const ruleSchema = z.object({
  properties: z.object({
    displayName: z.string(),
    description: z.string(),
    severity: z.number(),
    scopes: z.array(z.string()),
    evaluationFrequency: z.string(),
    windowSize: z.string(),
    autoMitigate: z.boolean(),
    muteActionsDuration: z.string().nullish(),
    criteria: z.object({
      allOf: z.tuple([
        z.object({
          query: z.string(),
          operator: z.literal('GreaterThan'),
          threshold: z.literal(0),
          timeAggregation: z.literal('Count'),
          dimensions: z.array(z.object({ name: z.string() })),
        }),
      ]),
    }),
    actions: z.object({ actionGroups: z.array(z.string()) }),
  }),
});
const metricRuleSchema = z.object({
  properties: z.object({
    description: z.string(),
    criteria: z.object({
      allOf: z.tuple([
        z.object({
          metricName: z.literal('DeadletteredMessages'),
          dimensions: z.tuple([z.object({ name: z.literal('EntityName'), values: z.array(z.string()) })]),
        }),
      ]),
    }),
  }),
});
const groupSchema = z.object({
  properties: z.object({
    groupShortName: z.string().max(12),
    emailReceivers: z.array(z.object({ emailAddress: z.string() })),
  }),
});

type Rule = z.output<typeof ruleSchema>['properties'];

/** What the service takes; it refuses any other duration. */
const DURATIONS: Record<string, number> = {
  PT5M: 5,
  PT10M: 10,
  PT15M: 15,
  PT30M: 30,
  PT45M: 45,
  PT1H: 60,
  PT2H: 120,
  PT6H: 360,
  P1D: 1_440,
  P2D: 2_880,
};
const minutes = (duration: string): number => DURATIONS[duration] ?? NaN;

/** Some minutes pass until a line of the log can be found: a look that reaches no further back than the one before would miss it. */
const INGESTION_MINUTES = 10;

async function alerts(parameters: Record<string, unknown> = {}) {
  const { resources } = await deploy({ prefix: 'portcullis', ...parameters });
  const of = <T>(type: string, schema: z.ZodType<T>): T[] =>
    resources.filter((each) => each.type.toLowerCase() === type).map(({ body }) => schema.parse(body));
  return {
    rules: of('microsoft.insights/scheduledqueryrules', ruleSchema).map(({ properties }) => properties),
    metricRules: of('microsoft.insights/metricalerts', metricRuleSchema).map(({ properties }) => properties),
    groups: of('microsoft.insights/actiongroups', groupSchema).map(({ properties }) => properties),
  };
}

/** What is wrong with a rule, as sentences. */
async function mistakesIn(rule: Rule): Promise<string[]> {
  const [{ query, dimensions }] = rule.criteria.allOf;
  const frequency = minutes(rule.evaluationFrequency);
  const window = minutes(rule.windowSize);
  const mute = rule.muteActionsDuration ? minutes(rule.muteActionsDuration) : undefined;
  const { columns } = analyzeQuery(query);
  const commands = commandsIn(rule.description);
  const unknown = await Promise.all(commands.map(async (each) => ((await isCommand(each)) ? [] : [each.join(' ')])));
  return [
    ...([frequency, window, mute ?? 0].some(Number.isNaN) ? ['it has a duration that the service does not take'] : []),
    ...(window >= frequency + INGESTION_MINUTES ? [] : ['what arrives late is never looked at']),
    ...(rule.autoMitigate === (mute === undefined) ? [] : ['only a rule that does not resolve itself can be muted']),
    ...(mute !== undefined && mute < window ? ['one line is told twice'] : []),
    ...dimensions
      .filter(({ name }) => columns[name] !== 'string')
      .map(({ name }) => `it is split by ${name}, which is no text in its query`),
    ...(commands.length === 0 ? ['it does not say what to do'] : []),
    ...unknown.flat().map((name) => `portcullis ${name} does not exist`),
    ...(/^[A-Z].*[^.]\.$/.test(rule.description) ? [] : ['its description is no sentence']),
  ];
}

let standard: Awaited<ReturnType<typeof alerts>>;

beforeAll(async () => {
  standard = await alerts();
});

describe('alerts', () => {
  test('every query is a rule’s, as it stands in its file', () => {
    const queries = standard.rules.map(({ criteria }) => criteria.allOf[0].query);
    expect(queries.sort()).toEqual(
      alertQueries()
        .map(({ text }) => text)
        .sort(),
    );
  });

  test('each can fire, says what happened and what to do, and is told to the action group', async () => {
    for (const rule of standard.rules) {
      expect({ rule: rule.displayName, mistakes: await mistakesIn(rule) }).toEqual({
        rule: rule.displayName,
        mistakes: [],
      });
      expect(rule.displayName).toMatch(/^Portcullis: [a-z]/);
      expect(rule.scopes).toEqual([expect.stringContaining('Microsoft.Insights/components/')]);
      expect(rule.actions.actionGroups).toEqual([expect.stringMatching(/actionGroups\//i)]);
    }
    expect(new Set(standard.rules.map(({ displayName }) => displayName)).size).toBe(standard.rules.length);
  });

  test('functions that they name are registered, and the queue is ours', () => {
    const [metric] = standard.metricRules;
    expect(metric?.criteria.allOf[0].dimensions[0].values).toEqual([WORK_QUEUE]);
    const named = [...(metric?.description.matchAll(/function ([a-z-]+)/gi) ?? [])].map(([, name]) => name);
    expect(registeredFunctions()).toEqual(expect.arrayContaining(named));
    expect(commandsIn(metric?.description ?? '')).toEqual([['doctor']]);
  });

  test('nobody is written to unless an address is given', async () => {
    expect(standard.groups.map(({ emailReceivers }) => emailReceivers)).toEqual([[]]);
    const { groups } = await alerts({ alertMail: 'platform@contoso.com' });
    expect(groups.map(({ emailReceivers }) => emailReceivers)).toEqual([[{ emailAddress: 'platform@contoso.com' }]]);
  });

  test('what they count is neither sampled nor left out', () => {
    const host = z
      .object({
        logging: z.object({
          logLevel: z.object({ default: z.literal('Information') }),
          applicationInsights: z.object({ samplingSettings: z.object({ excludedTypes: z.string() }) }),
        }),
      })
      .parse(JSON.parse(readFileSync(join(__dirname, '../../host.json'), 'utf8')));
    const { excludedTypes } = host.logging.applicationInsights.samplingSettings;
    expect(excludedTypes.split(';')).toEqual(expect.arrayContaining(['Trace', 'Request']));
  });

  test.each<[string, Partial<Rule>, string]>([
    ['a duration', { evaluationFrequency: 'PT7M' }, 'it has a duration that the service does not take'],
    ['a window as short as the frequency', { windowSize: 'PT5M' }, 'what arrives late is never looked at'],
    ['muted and resolving itself', { autoMitigate: true }, 'only a rule that does not resolve itself can be muted'],
    ['muted for less than it looks back', { muteActionsDuration: 'PT5M' }, 'one line is told twice'],
    ['a command', { description: 'Type portcullis letters list.' }, 'portcullis letters list does not exist'],
    ['a subcommand', { description: 'Type portcullis pat renew.' }, 'portcullis pat renew does not exist'],
    ['nothing to do', { description: 'It is broken.' }, 'it does not say what to do'],
    ['half a sentence', { description: 'Type portcullis doctor' }, 'its description is no sentence'],
  ])('a planted fault is found: %s', async (_, fault, mistake) => {
    const rule = standard.rules.find(({ muteActionsDuration }) => muteActionsDuration);
    if (!rule) throw new Error('There is no muted rule.');
    expect(await mistakesIn({ ...rule, ...fault })).toContain(mistake);
    const [criterion] = rule.criteria.allOf;
    const split: Rule['criteria'] = { allOf: [{ ...criterion, dimensions: [{ name: 'connection' }] }] };
    expect(await mistakesIn({ ...rule, criteria: split })).toEqual([
      'it is split by connection, which is no text in its query',
    ]);
  });
});
