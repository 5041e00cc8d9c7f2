import { z } from 'zod';

import { faultsOfAll } from '../core/counted-work-items';
import { COULD_NOT_JUDGE } from '../core/evaluate';
import { defineGate, stricter, type Outcome } from '../core/gate';
import { judged, type Fault } from '../core/outcome';
import { count } from '../core/phrase';
import { fieldsFor, wantedText } from '../core/work-item-wants';

const name = () => z.string().min(1).max(128);
const names = (description: string) => z.array(name()).min(1).max(50).optional().meta(stricter('subset', description));
const moreNames = (description: string) => z.array(name()).max(50).default([]).meta(stricter('superset', description));

const path = z
  .string()
  .max(400)
  .regex(/[^\\/\s]/, 'names no area and no iteration');
const paths = (description: string) => z.array(path).min(1).max(50).optional().meta(stricter('subset', description));

const options = z.strictObject({
  minimum: z
    .int()
    .min(1)
    .max(20)
    .default(1)
    .meta(
      stricter('higher', 'At least this many linked work items that have everything that the other options ask for.'),
    ),
  allowedTypes: names('Work item types that count, for instance `User Story`. Without it every type counts.'),
  allowedStates: names('States that count, for instance `Active`. Without it every state counts.'),
  forbiddenStates: moreNames('States that do not count, for instance `Closed`.'),
  areaPaths: paths(
    'Area paths that count, each with all below it, for instance `Shop\\Web`. Without it every area counts.',
  ),
  iterationPaths: paths(
    'Iteration paths that count, each with all below it, for instance `Shop\\Sprint 7`. Without it every iteration counts.',
  ),
  requiredTags: moreNames('Tags that a work item must all have to count.'),
  forbiddenTags: moreNames('Tags with which a work item does not count.'),
  requiredFields: z
    .array(
      z
        .string()
        .max(128)
        .regex(/^[A-Za-z_][\w-]*(\.[\w-]+)+$/, 'is no reference name: write Custom.Risk'),
    )
    .max(20)
    .default([])
    .meta(
      stricter(
        'superset',
        'Fields that must be filled in for a work item to count, by their reference names, for instance `Microsoft.VSTS.Scheduling.StoryPoints`. Zero and false are filled in, white space is not.',
      ),
    ),
  parent: z
    .enum(['ignore', 'required'])
    .default('ignore')
    .meta(stricter('later', '`required`: a work item counts only with a parent, such as the feature of a story.')),
  parentTypes: names('Types that the parent of a work item may be of for it to count; it must have one then.'),
  acceptanceCriteria: z
    .enum(['ignore', 'present', 'ticked'])
    .default('ignore')
    .meta(
      stricter(
        'later',
        '`present`: a work item counts only with acceptance criteria; `ticked`: and with no item of a checklist in them open, be it `- [ ]`, a checkbox or ☐.',
      ),
    ),
});

const POINTS = 'Microsoft.VSTS.Scheduling.StoryPoints';

export const workItems = defineGate({
  name: 'work-items',
  summary: 'Require linked work items of the right type, state and readiness',
  needs: ['workItems'],
  options,
  examples: [
    { title: 'no work item', options: {}, given: { workItems: [] }, then: 'failed', says: 'none linked' },
    {
      title: 'a work item that is already closed',
      options: { allowedStates: ['New', 'Active'] },
      given: { workItems: [{ id: 12, type: 'Bug', state: 'Closed', title: 'Basket loses items' }] },
      then: 'failed',
      says: '#12 is Closed',
    },
    {
      title: 'a story in progress',
      options: { allowedTypes: ['User Story', 'Bug'], allowedStates: ['Active'] },
      given: { workItems: [{ id: 7, type: 'User Story', state: 'Active', title: 'Vouchers' }] },
      then: 'succeeded',
      says: '1 linked',
    },
    {
      title: 'a story without an estimate',
      options: { requiredFields: [POINTS] },
      given: { workItems: [{ id: 7, type: 'User Story', state: 'Active', title: 'Vouchers', fields: {} }] },
      then: 'failed',
      says: '#7 lacks StoryPoints',
    },
    {
      title: 'a story whose acceptance criteria are not all met',
      options: { acceptanceCriteria: 'ticked' },
      given: {
        workItems: [
          {
            id: 7,
            type: 'User Story',
            state: 'Active',
            title: 'Vouchers',
            fields: { 'microsoft.vsts.common.acceptancecriteria': '<ul><li>☑ at the till</li><li>☐ online</li></ul>' },
          },
        ],
      },
      then: 'failed',
      says: '#7 has 1 open acceptance criterion',
    },
    {
      title: 'a story of the right team, below a feature',
      options: { areaPaths: ['Shop\\Web'], requiredTags: ['ready'], parentTypes: ['Feature'] },
      given: {
        workItems: [
          {
            id: 7,
            type: 'User Story',
            state: 'Active',
            title: 'Vouchers',
            fields: { 'system.areapath': 'Shop\\Web\\Till', 'system.tags': 'Ready; voucher', 'system.parent': 3 },
            parentType: 'Feature',
          },
        ],
      },
      then: 'succeeded',
      says: '1 linked',
    },
  ],
  asks: (wants) => ({ workItemFields: fieldsFor(wants) }),
  evaluate({ workItems: linked }, { minimum, ...wants }) {
    const found = faultsOfAll(linked, wants);
    const wrong = found.flatMap(({ faults }) => faults);
    const counted = found.filter(({ faults, unclear }) => faults.length === 0 && unclear.length === 0).length;
    if (counted >= minimum) return judged([], `${counted} linked`);
    const unclear = found.flatMap(({ faults, unclear: reasons }) =>
      faults.length === 0 && reasons.length > 0 ? [reasons] : [],
    );
    if (counted + unclear.length >= minimum) return cannotJudge(unclear.flat());
    const lacking = minimum - counted;
    const amount = `${lacking === 1 ? 'one' : lacking}${counted > 0 ? ' more' : ''}${wantedText(wants)}`;
    const missing: Fault = {
      short: linked.length === 0 ? 'none linked' : `${counted} of ${minimum} linked`,
      finding: {
        severity: 'medium',
        key: 'minimum',
        message:
          linked.length === 0
            ? 'No work item is linked.'
            : counted === 0
              ? `No linked work item counts; ${minimum === 1 ? 'one is' : `${minimum} are`} asked for.`
              : `${count(counted, 'linked work item')} ${counted === 1 ? 'counts' : 'count'}; ${minimum} ${minimum === 1 ? 'is' : 'are'} asked for.`,
        help: `Under "Work items" on the pull request's page, add ${amount}.`,
      },
    };
    const all = judged([...wrong, missing], '');
    // Where mending what is linked would do, that something is missing is no second thing to do.
    const isEnough = found.length >= minimum && wrong.length > 0;
    return isEnough ? { ...all, description: judged(wrong, '').description } : all;
  },
});

/** Whether enough work items count depends on what cannot be known: each reason once. */
function cannotJudge(reasons: readonly Fault[]): Outcome {
  const byKey = new Map(reasons.map((reason) => [reason.finding.key, reason]));
  return {
    state: 'error',
    description: `${COULD_NOT_JUDGE}${reasons[0]?.short ?? ''}`,
    findings: [...byKey.values()].map(({ finding }) => finding),
  };
}
