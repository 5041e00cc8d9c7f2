import type { HookSubscription, SubscriptionBody } from '../ports';

/** What of a subscription is not as it should be; each has its sentence in `faultText`. */
export type HookFault =
  | 'otherOwner'
  | 'changedByOther'
  | 'disabledByUser'
  | 'disabledBySystem'
  | 'disabledByInactiveIdentity'
  | 'notEnabled'
  | 'url'
  | 'password'
  | 'noPassword'
  | 'filter'
  | 'resourceVersion'
  | 'details'
  | 'certificates'
  | 'headers'
  | 'action';

/** Inputs that narrow what comes. The service adds others of its own, which do not. */
const FILTERS = [
  'repository',
  'branch',
  'pullrequestCreatedBy',
  'pullrequestReviewersContains',
  'notificationType',
  'mergeResult',
];
const DETAILS = ['resourceDetailsToSend', 'messagesToSend', 'detailedMessagesToSend'];

/** Where nothing comes any more. On probation the service still tries by itself, and a rewrite would lose what waits. */
const STATUS_FAULTS: Readonly<Record<string, HookFault | null>> = {
  '': null,
  enabled: null,
  onprobation: null,
  disabledbyuser: 'disabledByUser',
  disabledbysystem: 'disabledBySystem',
  disabledbyinactiveidentity: 'disabledByInactiveIdentity',
};

/**
 * What differs from what is wanted, as far as it can be read back.
 *
 * @param ownerId of the gate's own account
 */
export function faultsOf(existing: HookSubscription, wanted: SubscriptionBody, ownerId: string): HookFault[] {
  const given = (name: string): string => existing.consumerInputs[name] ?? '';
  const differs = (name: string): boolean => given(name) !== wanted.consumerInputs[name];
  const status = STATUS_FAULTS[existing.status.toLowerCase()];
  const faults: [HookFault, boolean][] = [
    ['otherOwner', isOther(existing.owner.id, ownerId)],
    // The password is never shown: whoever wrote last may have changed it.
    ['changedByOther', isOther(existing.changedBy.id, ownerId) && !isOther(existing.owner.id, ownerId)],
    ['url', differs('url')],
    ['password', differs('basicAuthUsername')],
    ['noPassword', given('basicAuthPassword') === ''],
    ['filter', FILTERS.some((name) => (existing.publisherInputs[name] ?? '').trim() !== '')],
    ['resourceVersion', existing.resourceVersion !== wanted.resourceVersion],
    ['details', DETAILS.some(differs)],
    // Left out by the service where it is the default.
    ['certificates', given('acceptUntrustedCerts') !== '' && differs('acceptUntrustedCerts')],
    ['headers', given('httpHeaders') !== ''],
    ['action', existing.consumerActionId !== '' && existing.consumerActionId !== 'httpRequest'],
  ];
  const found = faults.filter(([, isSo]) => isSo).map(([fault]) => fault);
  if (status === null) return found;
  return [status ?? 'notEnabled', ...found];
}

/** Where the service does not say who it was, nobody is suspected. */
function isOther(id: string, ownerId: string): boolean {
  return id !== '' && id.toLowerCase() !== ownerId.toLowerCase();
}

/** A clause for people, after "its subscription for …": what is so. */
export function faultText(fault: HookFault, { owner, changedBy, consumerInputs, status }: HookSubscription): string {
  return {
    otherOwner: `belongs to ${owner.displayName || 'another account'}, not to Portcullis' account`,
    changedByOther: `was changed by ${changedBy.displayName || 'another account'}`,
    disabledByUser: `was disabled by ${changedBy.displayName || 'somebody'}`,
    disabledBySystem: 'was disabled by Azure DevOps after deliveries that failed for 36 hours',
    disabledByInactiveIdentity: 'was disabled: its owner is inactive or lacks permissions',
    notEnabled: `is ${status}`,
    url: `posts to ${hostOf(consumerInputs['url'] ?? '')}: portcullis hooks rotate makes a password that was sent there worthless`,
    password: 'carries a former password',
    noPassword: 'has no password',
    filter: 'is narrowed by a filter',
    resourceVersion: 'sends another version of events than Portcullis reads',
    details: 'sends other details than Portcullis reads',
    certificates: 'accepts untrusted certificates',
    headers: 'sends headers of its own',
    action: 'does something else than an HTTP request',
  }[fault];
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'no address';
}
