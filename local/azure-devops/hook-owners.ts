import { wantsEvent } from './hook-filters';
import { repositoryById } from './lookups';
import { mayRead } from './permissions';
import type { SimulatedEvent, Simulation } from './simulation';
import type { Identity, State, Subscription } from './state-model';

/** What a subscription brings is what the person who made it may see. */

/** Who made it; none when they have left, or their licence shows them no code at all. */
const ownerOf = (state: State, { createdById }: Subscription): Identity | undefined =>
  state.identities.find((each) => each.id === createdById && each.isActive !== false && each.licence !== 'stakeholder');

/** The subscriptions that an event is sent to. Those that it would go to, but for their owner, are disabled by it. */
export function subscriptionsFor(simulation: Simulation, event: SimulatedEvent): Subscription[] {
  const { state } = simulation;
  const repository = repositoryById(state, event.pullRequest.repositoryId);
  return state.subscriptions.filter((subscription) => {
    if (!wantsEvent(simulation, subscription, event)) return false;
    const owner = ownerOf(state, subscription);
    // A repository that the owner may not read is left out, and nothing is said of it.
    if (owner) return mayRead(state, owner, repository);
    subscription.status = 'disabledByInactiveIdentity';
    simulation.changed();
    return false;
  });
}

/** Whoever is inactive has left: nothing comes of their PATs any more, nor of their subscriptions. */
export function setActive(state: State, identity: Identity, isActive: boolean): Subscription[] {
  identity.isActive = isActive;
  const lost = isActive ? [] : state.subscriptions.filter(({ createdById }) => createdById === identity.id);
  for (const subscription of lost) subscription.status = 'disabledByInactiveIdentity';
  return lost;
}
