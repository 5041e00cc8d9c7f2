/** What a service hook subscription is made of; every value is a string, as Azure DevOps keeps them. */
export interface SubscriptionBody {
  eventType: string;
  resourceVersion: string;
  /** `projectId` is empty for all projects of the organization or collection. */
  publisherInputs: Record<string, string>;
  consumerInputs: Record<string, string>;
}

/** A subscription of the consumer webHooks as Azure DevOps keeps it. */
export interface HookSubscription extends SubscriptionBody {
  id: string;
  consumerActionId: string;
  /** `enabled`, `onProbation`, `disabledByUser`, `disabledBySystem`, `disabledByInactiveIdentity`, or a newer word. */
  status: string;
  /** Who created it is its owner; an empty id where the service does not say. */
  owner: { id: string; displayName: string };
  /** Who wrote it last. */
  changedBy: { id: string; displayName: string };
  probation: { retries: number; lastRetryAt: Date | null };
}

/** What an account may do with the subscriptions of a project, or of all projects. */
export interface HookRights {
  view: boolean;
  edit: boolean;
}

/** What came of an event for a subscription. */
export interface HookDeliveryResult {
  at: Date;
  /** `pending`, `succeeded`, `failed`, `filtered`, or a newer word. */
  result: string;
}

/** The subscriptions of an organization or a collection, with one credential. */
export interface ServiceHooks {
  /** The account behind the credential. */
  readMyself(): Promise<{ id: string; displayName: string }>;
  /** Projects with Git repositories, by name; others have no pull requests. */
  readGitProjects(): Promise<{ id: string; name: string }[]>;
  /** Rights of that account at the root and for each project; needs no right itself. */
  readRights(projectIds: readonly string[]): Promise<{ root: HookRights; projects: Map<string, HookRights> }>;
  /** Those of every project that the account may view, and of no other: without the right, none at all. */
  list(): Promise<HookSubscription[]>;
  /** The newest delivery of these subscriptions, as the service remembers it, for a week; null without any. */
  readLastDelivery(subscriptionIds: readonly string[]): Promise<HookDeliveryResult | null>;
  /** Never repeated by the adapter. Throws with `mayHaveApplied` when no answer came. */
  create(body: SubscriptionBody): Promise<HookSubscription>;
  /** Writes all of it, and has it enabled. */
  update(id: string, body: SubscriptionBody): Promise<HookSubscription>;
  /** One that is not there is deleted already. */
  remove(id: string): Promise<void>;
}

/** Lets an account have subscriptions, with the credential of somebody who administers the organization or collection. */
export interface HookGranting {
  /** A project by name or id. */
  readProject(project: string): Promise<{ id: string; name: string }>;
  /** What Azure DevOps itself calls an account, with what it signs in as where that is said. */
  readAccount(identityId: string): Promise<string>;
  /** Rights of another account there, groups and inheritance included; null = at the root, for all projects. */
  readRights(identityId: string, projectId: string | null): Promise<HookRights>;
  /** Adds to what the account has there that it may view, edit and delete subscriptions; nothing else changes. */
  grant(identityId: string, projectId: string | null): Promise<void>;
  /**
   * Takes away what `grant` gave the account itself, at the root and in every project. Where it has more than that, all
   * of it stays: it had rights of its own. Returns in how many places; an account that is gone has it nowhere.
   */
  revoke(identityId: string): Promise<number>;
}
