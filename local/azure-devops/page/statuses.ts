import { avatar, count, displayName, timeAgo, webAddress } from './format';
import { html, type Html } from './html';
import { icon, type IconName } from './icons';
import type { IterationShape, PolicyState, StatusShape } from './model';

/** A status context's newest row, and whether it speaks of the newest iteration. */
export interface CurrentStatus {
  status: StatusShape;
  context: string;
  /** It was bound to an older iteration: what it says does not apply to the newest. */
  isStale: boolean;
}

export function contextName(status: StatusShape): string {
  const { genre, name } = status.context;
  return genre ? `${genre}/${name}` : name;
}

export function newestIteration(iterations: readonly IterationShape[]): number {
  return iterations.reduce((newest, { id }) => Math.max(newest, id), 0);
}

/** One row per genre/name: statuses append, so the row with the highest id counts. Sorted by context. */
export function currentStatuses(
  statuses: readonly StatusShape[],
  iterations: readonly IterationShape[],
): readonly CurrentStatus[] {
  const newest = newestIteration(iterations);
  const rows = new Map<string, StatusShape>();
  for (const status of [...statuses].sort((a, b) => a.id - b.id)) rows.set(contextName(status), status);
  return [...rows]
    .map(([context, status]) => ({
      context,
      status,
      isStale: status.iterationId !== null && status.iterationId !== undefined && status.iterationId < newest,
    }))
    .sort((a, b) => a.context.localeCompare(b.context));
}

type ShownState = 'succeeded' | 'failed' | 'error' | 'pending' | 'notApplicable' | 'stale';

const STATES: Readonly<Record<ShownState, { icon: IconName; label: string }>> = {
  succeeded: { icon: 'succeeded', label: 'Succeeded' },
  failed: { icon: 'failed', label: 'Failed' },
  error: { icon: 'error', label: 'Error' },
  pending: { icon: 'pending', label: 'Pending' },
  notApplicable: { icon: 'notApplicable', label: 'Not applicable' },
  stale: { icon: 'stale', label: 'Out of date' },
};

function shownState({ status, isStale }: CurrentStatus): ShownState {
  if (isStale) return 'stale';
  switch (status.state) {
    case 'succeeded':
    case 'failed':
    case 'error':
    case 'notApplicable':
      return status.state;
    default:
      // Azure DevOps treats notSet, and whatever it does not know, as not yet decided.
      return 'pending';
  }
}

/** The state's icon in its colour, named for those who do not see it. */
export function stateIcon(current: CurrentStatus): Html {
  const state = shownState(current);
  return html`<span class="state state-${state}">${icon(STATES[state].icon, STATES[state].label)}</span>`;
}

/** The description, as a link where the status gives an address of the web. */
export function statusText({ status, context }: CurrentStatus): Html {
  const text = status.description?.trim() ? status.description : context;
  const address = webAddress(status.targetUrl);
  return address === undefined ? html`<span>${text}</span>` : html`<a href="${address}">${text}</a>`;
}

function iterationText({ status, isStale }: CurrentStatus, newest: number): Html {
  const judged = status.iterationId;
  if (judged === null || judged === undefined) return html`<span>whole pull request</span>`;
  if (isStale) return html`<span class="tag tag-warn">judged update ${judged}, not update ${newest}</span>`;
  return html`<span>update ${judged}</span>`;
}

const POLICY_STATES = {
  approved: 'succeeded',
  rejected: 'failed',
  queued: 'pending',
  notApplicable: 'notApplicable',
} as const satisfies Record<PolicyState['status'], ShownState>;

const requirement = ({ isBlocking }: PolicyState): Html =>
  html`<span class="tag">${isBlocking ? 'Required' : 'Optional'}</span>`;

/** A policy that no posted status stands for: one that still waits for its status, or one of another kind. */
function renderPolicy(policy: PolicyState): Html {
  const state = POLICY_STATES[policy.status];
  return html`<li class="check">
    <span class="state state-${state}">${icon(STATES[state].icon, STATES[state].label)}</span>
    <div class="check-body">
      <p class="check-text">${policy.reason}</p>
      <p class="meta"><span>${policy.name}</span> ${requirement(policy)}</p>
    </div>
  </li>`;
}

/** Beside a posted status: whether the branch requires it, and what its policy says where that is something else. */
function renderPolicyOf(current: CurrentStatus, policy: PolicyState | undefined): Html {
  if (!policy || policy.status === 'notApplicable') return html``;
  const differs = !current.isStale && POLICY_STATES[policy.status] === 'pending' && shownState(current) !== 'pending';
  return html`${requirement(policy)}${differs && html` <span class="tag tag-warn">${policy.reason}</span>`}`;
}

function renderCheck(current: CurrentStatus, policies: readonly PolicyState[], newest: number, now: number): Html {
  const { status, context } = current;
  const policy = policies.find((each) => each.context === context);
  const by = displayName(status.createdBy);
  return html`<li id="check-${context}" class="check">
    ${stateIcon(current)}
    <div class="check-body">
      <p class="check-text">${statusText(current)}</p>
      <p class="meta">
        <code class="context">${context}</code>
        ${renderPolicyOf(current, policy)} ${iterationText(current, newest)}
        ${status.createdBy && html`<span class="by">${avatar(by, 'small')}${by}</span>`}
        ${timeAgo(status.creationDate, now)}
      </p>
    </div>
  </li>`;
}

const URGENCY: readonly ShownState[] = ['failed', 'error', 'pending', 'stale', 'succeeded', 'notApplicable'];

/** What someone has to act on comes first. */
export function byUrgency(current: readonly CurrentStatus[]): readonly CurrentStatus[] {
  return [...current].sort((a, b) => URGENCY.indexOf(shownState(a)) - URGENCY.indexOf(shownState(b)));
}

function headline(states: readonly ShownState[]): { state: ShownState; text: string } {
  const among = (...wanted: readonly ShownState[]): number => states.filter((state) => wanted.includes(state)).length;
  if (states.length === 0) return { state: 'notApplicable', text: 'No checks have been posted' };
  const failed = among('failed', 'error');
  if (failed > 0) return { state: 'failed', text: `${count(failed, 'check')} failed` };
  const waiting = among('pending', 'stale');
  if (waiting > 0) return { state: 'pending', text: `${count(waiting, 'check')} not yet decided` };
  return { state: 'succeeded', text: `${count(states.length, 'check')} succeeded` };
}

/** The Checks panel: each context's newest status, and why Complete is refused. */
export function renderChecks(
  model: {
    statuses: readonly StatusShape[];
    iterations: readonly IterationShape[];
    mergeRefusals: readonly string[];
    policies?: readonly PolicyState[];
    isActive: boolean;
  },
  now: number,
): Html {
  const current = byUrgency(currentStatuses(model.statuses, model.iterations));
  const newest = newestIteration(model.iterations);
  const { policies = [] } = model;
  const posted = new Set(current.map(({ context }) => context));
  const unposted = policies.filter(
    ({ context, status }) => status !== 'notApplicable' && (context === undefined || !posted.has(context)),
  );
  const { state, text } = headline([
    ...current.map(shownState),
    ...unposted.map(({ status }) => POLICY_STATES[status]),
  ]);
  const refused = model.isActive && model.mergeRefusals.length > 0;
  return html`<section class="card checks checks-${state}" aria-labelledby="checks-heading">
    <header class="card-header">
      <span class="state state-${state}">${icon(STATES[state].icon)}</span>
      <div>
        <h2 id="checks-heading"><span class="hidden">Checks: </span>${text}</h2>
      </div>
    </header>
    ${
      current.length + unposted.length > 0 &&
      html`<ul class="plain">
        ${current.map((each) => renderCheck(each, policies, newest, now))} ${unposted.map(renderPolicy)}
      </ul>`
    }
    ${
      refused &&
      html`<div class="refusals" id="refusals">
        <h3>${icon('lock')} Cannot be completed yet</h3>
        <ul>
          ${model.mergeRefusals.map((reason) => html`<li>${reason}</li>`)}
        </ul>
      </div>`
    }
    ${model.isActive && !refused && html`<p class="ready">${icon('vote')} Ready to complete</p>`}
  </section>`;
}
