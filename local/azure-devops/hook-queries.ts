import { z } from 'zod';
import { mayViewSubscription } from './hook-rights';
import { enumSchema } from './http';
import type { Identity, State, Subscription } from './state-model';

const filterNames = ['publisherId', 'eventType', 'consumerId', 'consumerActionId'] as const;
type FilterName = (typeof filterNames)[number];

const filtersSchema = z
  .array(
    z.object({
      conditions: z.array(
        z.object({
          inputId: z.string(),
          operator: enumSchema(['equals', 'notEquals']),
          inputValue: z.string().nullish(),
          caseSensitive: z.boolean().nullish(),
        }),
      ),
    }),
  )
  .nullish();
/** The body of `subscriptionsQuery`, and so its answer. */
export const querySchema = z.object({
  publisherId: z.string().nullish(),
  eventType: z.string().nullish(),
  consumerId: z.string().nullish(),
  consumerActionId: z.string().nullish(),
  publisherInputFilters: filtersSchema,
  consumerInputFilters: filtersSchema,
});

/** Those that one may not view are not there; that they are is not refused. */
export function subscriptionsSeen(
  state: State,
  identity: Identity,
  wanted: (name: FilterName) => string | undefined,
): Subscription[] {
  const is = (name: FilterName, value: string): boolean =>
    (wanted(name) ?? value).toLowerCase() === value.toLowerCase();
  return state.subscriptions.filter(
    (each) => filterNames.every((name) => is(name, each[name])) && mayViewSubscription(state, identity, each),
  );
}

/** One filter of several has to fit, with all of its conditions; none asks for nothing. */
export function fits(
  filters: z.output<typeof querySchema>['publisherInputFilters'],
  inputs: Record<string, string>,
): boolean {
  if (!filters?.length) return true;
  return filters.some(({ conditions }) =>
    conditions.every(({ inputId, inputValue, operator, caseSensitive }) => {
      const [given, wanted] = [inputs[inputId] ?? '', inputValue ?? ''];
      const isEqual = caseSensitive === true ? given === wanted : given.toLowerCase() === wanted.toLowerCase();
      return isEqual === (operator === 'equals');
    }),
  );
}
