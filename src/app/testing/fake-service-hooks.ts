import { Failure } from '../../core/failures';
import type {
  HookDeliveryResult,
  HookGranting,
  HookRights,
  HookSubscription,
  ServiceHooks,
  SubscriptionBody,
} from '../ports';

import type { Wire } from './wire';

export const NO_RIGHTS: HookRights = { view: false, edit: false };
export const ALL_RIGHTS: HookRights = { view: true, edit: true };

export interface FakeServiceHooks {
  /** The door for an account, by its id. */
  open(account: { id: string; displayName: string }): ServiceHooks;
  granting: HookGranting;
  projects: { id: string; name: string }[];
  /** Rights by account and project; '' stands for all projects, and is inherited. */
  setRights(accountId: string, projectId: string, rights: HookRights): void;
  /** An explicit denial there, which no right at the root lifts. */
  deny(accountId: string, projectId: string): void;
  /** What the service does to each that is written: leave it disabled, say. */
  spoil: ((subscription: HookSubscription) => void) | undefined;
  /** What the service remembers of deliveries. */
  lastDelivery: HookDeliveryResult | null;
  recorded: {
    /** As they are, passwords and all; may be changed, as people do. */
    subscriptions: HookSubscription[];
    /** How many writes there were. */
    writes: number;
  };
}

/** The subscriptions of an organization: masked passwords, owners, and rights that decide what is listed and taken. */
export function createFakeServiceHooks(wire: Wire): FakeServiceHooks {
  const projects = [{ id: 'd0700000-0000-4000-8000-000000000005', name: 'Shop' }];
  const rights = new Map<string, HookRights>();
  const recorded = { subscriptions: [] as HookSubscription[], writes: 0 };
  let lastId = 0;
  const denied = new Set<string>();
  const rightsOf = (accountId: string, projectId: string): HookRights => {
    if (denied.has(`${accountId} ${projectId}`)) return { view: true, edit: false };
    const own = rights.get(`${accountId} ${projectId}`);
    const root = rights.get(`${accountId} `) ?? NO_RIGHTS;
    return {
      view: (own?.view ?? false) || root.view,
      edit: (own?.edit ?? false) || root.edit,
    };
  };
  const placeOf = ({ publisherInputs }: SubscriptionBody): string => publisherInputs['projectId'] ?? '';
  const must = (isSo: boolean, right: string): void => {
    if (!isSo) throw new Failure({ kind: 'permissionMissing', message: `The account lacks "${right} subscriptions".` });
  };
  const masked = (each: HookSubscription): HookSubscription => {
    const copy = structuredClone(each);
    if (copy.consumerInputs['basicAuthPassword']) copy.consumerInputs['basicAuthPassword'] = '********';
    return copy;
  };
  const fake: FakeServiceHooks = {
    projects,
    spoil: undefined,
    lastDelivery: null,
    deny: (accountId, projectId) => denied.add(`${accountId} ${projectId}`),
    setRights: (accountId, projectId, wanted) => rights.set(`${accountId} ${projectId}`, wanted),
    recorded,
    open: (account) => ({
      readMyself: () => wire.call('hooks.readMyself', () => account),
      readGitProjects: () => wire.call('hooks.readGitProjects', () => structuredClone(projects)),
      readRights: (ids) =>
        wire.call('hooks.readRights', () => ({
          root: rightsOf(account.id, ''),
          projects: new Map(ids.map((id) => [id, rightsOf(account.id, id)])),
        })),
      list: () =>
        wire.call('hooks.list', () =>
          recorded.subscriptions.filter((each) => rightsOf(account.id, placeOf(each)).view).map(masked),
        ),
      readLastDelivery: () => wire.call('hooks.readLastDelivery', () => structuredClone(fake.lastDelivery)),
      create: (body) =>
        wire.call('hooks.create', () => {
          must(rightsOf(account.id, placeOf(body)).edit, 'Edit');
          recorded.writes += 1;
          const created: HookSubscription = {
            ...structuredClone(body),
            id: `00000000-0000-4000-9000-${String((lastId += 1)).padStart(12, '0')}`,
            consumerActionId: 'httpRequest',
            status: 'enabled',
            owner: account,
            changedBy: account,
            probation: { retries: 0, lastRetryAt: null },
          };
          recorded.subscriptions.push(created);
          return masked(created);
        }),
      update: (id, body) =>
        wire.call('hooks.update', () => {
          const found = recorded.subscriptions.find((each) => each.id === id);
          if (!found) throw new Failure({ kind: 'notFound', message: `There is no subscription ${id}.` });
          must(rightsOf(account.id, placeOf(found)).edit, 'Edit');
          recorded.writes += 1;
          Object.assign(found, structuredClone(body), { status: 'enabled', changedBy: account });
          found.consumerActionId = 'httpRequest';
          fake.spoil?.(found);
          return masked(found);
        }),
      remove: (id) =>
        wire.call('hooks.remove', () => {
          const at = recorded.subscriptions.findIndex((each) => each.id === id);
          const found = recorded.subscriptions[at];
          if (!found) return;
          must(rightsOf(account.id, placeOf(found)).edit, 'Edit');
          recorded.writes += 1;
          recorded.subscriptions.splice(at, 1);
        }),
    }),
    granting: {
      readProject: (name) =>
        wire.call('granting.readProject', () => {
          const found = projects.find((each) => each.id === name || each.name === name);
          if (found) return found;
          throw new Failure({ kind: 'notFound', message: `There is no project ${name}.` });
        }),
      readAccount: (identityId) => wire.call('granting.readAccount', () => `account ${identityId}`),
      readRights: (identityId, projectId) =>
        wire.call('granting.readRights', () => rightsOf(identityId, projectId ?? '')),
      grant: (identityId, projectId) =>
        wire.call('granting.grant', () => {
          rights.set(`${identityId} ${projectId ?? ''}`, ALL_RIGHTS);
        }),
      revoke: (identityId) =>
        wire.call('granting.revoke', () => {
          const places = [...rights.keys()].filter((place) => place.startsWith(`${identityId} `));
          for (const place of places) rights.delete(place);
          return places.length;
        }),
    },
  };
  return fake;
}
