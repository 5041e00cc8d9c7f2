import { z } from 'zod';

import { defineGate, stricter } from '../core/gate';
import { judged, type Fault } from '../core/outcome';
import { anyOf, count, quote, shorten } from '../core/phrase';
import type { LinkedWorkItem } from '../core/snapshot';

const names = (description: string) =>
  z.array(z.string().min(1).max(128)).min(1).max(50).optional().meta(stricter('subset', description));

const options = z.strictObject({
  minimum: z
    .int()
    .min(1)
    .max(20)
    .default(1)
    .meta(
      stricter('higher', 'At least this many linked work items that are of an allowed type and in an allowed state.'),
    ),
  allowedTypes: names('Work item types that count, for instance `User Story`. Without it every type counts.'),
  allowedStates: names('States that count, for instance `Active`. Without it every state counts.'),
});

export const workItems = defineGate({
  name: 'work-items',
  summary: 'Require linked work items of the right type and state',
  needs: ['workItems'],
  options,
  examples: [
    { title: 'no work item', options: {}, given: { workItems: [] }, then: 'failed', says: 'none linked' },
    {
      title: 'a work item that is already closed',
      options: { allowedStates: ['New', 'Active'] },
      given: { workItems: [{ id: 12, type: 'Bug', state: 'Closed', title: 'Basket loses items' }] },
      then: 'failed',
      says: '#12 is Closed (+1 more)',
    },
    {
      title: 'a story in progress',
      options: { allowedTypes: ['User Story', 'Bug'], allowedStates: ['Active'] },
      given: { workItems: [{ id: 7, type: 'User Story', state: 'Active', title: 'Vouchers' }] },
      then: 'succeeded',
      says: '1 linked',
    },
  ],
  evaluate({ workItems: linked }, { minimum, allowedTypes, allowedStates }) {
    const wrong = linked.flatMap((item) => wrongness(item, allowedTypes, allowedStates));
    const counted = linked.length - wrong.length;
    if (counted >= minimum) return judged([], `${counted} linked`);
    const wanted = [
      allowedTypes ? `of type ${anyOf(allowedTypes.map(quote))}` : '',
      allowedStates ? `in state ${anyOf(allowedStates.map(quote))}` : '',
    ].filter((part) => part !== '');
    const kind = wanted.length > 0 ? ` ${wanted.join(' and ')}` : '';
    const lacking = minimum - counted;
    const amount = `${lacking === 1 ? 'one' : lacking}${counted > 0 ? ' more' : ''}${kind}`;
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
        help: `Add ${amount} on the pull request's page, under "Work items".`,
      },
    };
    return judged(linked.length === 0 || wrong.length === 0 ? [missing] : [...wrong, missing], '');
  },
});

/** Why a linked work item does not count; nothing when it does. Names compare without case, as Azure DevOps does. */
function wrongness(item: LinkedWorkItem, types?: readonly string[], states?: readonly string[]): Fault[] {
  const includes = (allowed: readonly string[] | undefined, value: string) =>
    allowed === undefined || allowed.some((name) => name.toLowerCase() === value.toLowerCase());
  if (!includes(types, item.type)) {
    return [fault(item, 'type', `#${item.id} is a ${plain(item.type)}`, `is of type ${quote(item.type)}`, types ?? [])];
  }
  if (!includes(states, item.state)) {
    return [
      fault(item, 'state', `#${item.id} is ${plain(item.state)}`, `is in state ${quote(item.state)}`, states ?? []),
    ];
  }
  return [];
}

/** A name of the organization's own, for the few words of a status. */
function plain(name: string): string {
  return shorten(name, 40).replaceAll('`', "'");
}

function fault(
  item: LinkedWorkItem,
  what: 'type' | 'state',
  short: string,
  is: string,
  allowed: readonly string[],
): Fault {
  return {
    short,
    finding: {
      severity: 'medium',
      key: `${what} ${item.id}`,
      message: `Work item ${item.id}, ${quote(item.title)}, ${is}; only ${anyOf(allowed.map(quote))} counts.`,
    },
  };
}
