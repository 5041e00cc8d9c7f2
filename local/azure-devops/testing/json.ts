/**
 * An answer as tests look into it: the fields they read, said to be there so that a test reads without ceremony. An id
 * that is a string in truth is only ever put into addresses or compared.
 */
export interface Json {
  [name: string]: unknown;
  action: string;
  artifactId: string;
  author: Json;
  authenticatedUser: Json;
  body: Json;
  changeEntries: Json[];
  changeTrackingId: number;
  changeType: string;
  closedDate: string;
  comment: Json;
  comments: Json[];
  commits: Json[];
  commitId: string;
  commonRefCommit: Json;
  consumerInputs: Record<string, string>;
  content: string;
  count: number;
  createdDate: string;
  details: Json;
  end: number;
  eventType: string;
  fields: Record<string, unknown>;
  forkSource: Json;
  hasMultipleMergeBases: boolean;
  hunks: Json[];
  identities: Record<string, Json> | null;
  id: number;
  isDeleted: boolean;
  item: Json;
  key: string;
  labels: Json[];
  lastUpdatedDate: string;
  lastMergeCommit: Json;
  lastMergeSourceCommit: Json;
  lastMergeTargetCommit: Json;
  memberIds: string[];
  memberOf: string[];
  members: string[];
  mergeStatus: string;
  message: Json;
  method: string;
  name: string;
  nextSkip: number;
  nextTop: number;
  notificationId: number;
  objectId: string;
  originalObjectId: string;
  path: string;
  project: Json;
  properties: Record<string, { $type: string; $value: unknown }>;
  providerDisplayName: string;
  pullRequest: Json;
  pullRequestId: number;
  reason: string;
  refUpdates: Json[];
  newObjectId: string;
  relations: Json[];
  repository: Json;
  requestAttempts: number;
  resource: Json;
  resourceContainers: { account: { id: string; baseUrl: string } };
  responseBody: unknown;
  reviewers: Json[];
  sourceRefCommit: Json;
  start: number;
  state: string;
  status: string;
  subscriptionId: string;
  text: string;
  title: string;
  typeKey: string;
  url: string;
  value: Json[];
  vote: number;
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** Parses a document; an empty object for what is none, or a bare `true`. */
export function parseJson(text: string): Json {
  const empty: unknown = {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = empty;
  }
  const found = isJson(value) ? value : empty;
  if (isJson(found)) return found;
  throw new Error(`No object: ${text.slice(0, 200)}`);
}

/** A list that stands by itself, as the simulator's controls answer. */
export function listOf(value: Json): Json[] {
  if (!Array.isArray(value)) throw new Error('No list.');
  return value.filter(isJson);
}

/** What a test says is there. */
export function present<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error('It is not there.');
  return value;
}
