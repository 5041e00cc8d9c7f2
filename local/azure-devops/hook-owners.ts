import { wantsEvent } from './hook-filters';
import { repositoryById } from './lookups';
import { mayRead } from './permissions';
import type { SimulatedEvent, Simulation } from './simulation';
import type { Identity, Repository, State, Subscription } from './state-model';

/** What a subscription brings is what the person who made it may see. */

const isIn = (repository: Repository, { publisherInputs }: Subscription): boolean => {
  const is = (name: string, id: string): boolean => ['', id].includes((publisherInputs[name] ?? '').toLowerCase());
  return is('projectId', repository.projectId) && is('repository', repository.id);
};

const ownerOf = (state: State, { createdById }: Subscription): Identity | undefined =>
  state.identities.find((each) => each.id === createdById && each.isActive !== false);

/** Gone, or without a right to read anything that the subscription could tell of. */
function hasLostItsOwner(state: State, subscription: Subscription): boolean {
  const owner = ownerOf(state, subscription);
  return !owner || !state.repositories.some((each) => isIn(each, subscription) && mayRead(state, owner, each));
}

/** The subscriptions that an event is sent to. Those that it would go to, but for their owner, are disabled by it. */
export function subscriptionsFor(simulation: Simulation, event: SimulatedEvent): Subscription[] {
  const { state } = simulation;
  const repository = repositoryById(state, event.pullRequest.repositoryId);
  return state.subscriptions.filter((subscription) => {
    if (!wantsEvent(simulation, subscription, event)) return false;
    if (hasLostItsOwner(state, subscription)) {
      subscription.status = 'disabledByInactiveIdentity';
      simulation.changed();
      return false;
    }
    const owner = ownerOf(state, subscription);
    return owner !== undefined && mayRead(state, owner, repository);
  });
}

/** Whoever is inactive has left: nothing comes of their PATs any more, nor of their subscriptions. */
export function setActive(state: State, identity: Identity, isActive: boolean): Subscription[] {
  identity.isActive = isActive;
  const lost = isActive ? [] : state.subscriptions.filter(({ createdById }) => createdById === identity.id);
  for (const subscription of lost) subscription.status = 'disabledByInactiveIdentity';
  return lost;
}
