import type { ConnectionLine, ConnectionNeeds, ConnectionSight } from './connection-sight';
import { looksDedicated } from './dedicated-account';
import { count, firstOf, quote } from './phrase';

/** Signatures and time-outs of either side begin to fail about there. */
const MOST_SECONDS_APART = 300;
const MOST_PROJECTS = 3;

export function clockLine(secondsAhead: number | undefined): ConnectionLine | undefined {
  if (secondsAhead === undefined) return undefined;
  const apart = Math.abs(secondsAhead);
  if (apart <= MOST_SECONDS_APART) {
    return { check: 'clock', state: 'ok', message: 'The clocks agree.' };
  }
  const minutes = count(Math.round(apart / 60), 'minute');
  return {
    check: 'clock',
    state: 'warning',
    message: `The clock where Portcullis runs is ${minutes} ${secondsAhead > 0 ? 'ahead of' : 'behind'} that of Azure DevOps.`,
    help: 'Set both by a time server: freezes, waivers and the ends of PATs go by the clock.',
  };
}

/** Under whose name authors will see comments. */
export function accountLine(
  identity: { id: string; displayName: string; uniqueName: string },
  known: { id: string; displayName: string } | undefined,
  credential: 'pat' | 'bearer',
): ConnectionLine {
  const name = quote(identity.displayName);
  const account = identity.uniqueName === '' ? '' : ` (${quote(identity.uniqueName)})`;
  const shown = `Authors will see comments and statuses by ${name}${account}`;
  if (known && known.id !== identity.id) {
    return {
      check: 'account',
      state: 'warning',
      message: `${shown}; so far it was ${quote(known.displayName)}.`,
      help: 'Run portcullis policy install again for branch policies that take the verdict from that account alone.',
    };
  }
  if (credential === 'bearer' || looksDedicated(identity))
    return { check: 'account', state: 'ok', message: `${shown}.` };
  return {
    check: 'account',
    state: 'warning',
    message: `${shown}. By its name this is a person, not an account of Portcullis alone.`,
    help:
      'Make an account for Portcullis (Organization settings, Users, Add users, access level Basic), sign in as it, and make ' +
      'the PAT there: else the gate speaks in the name of somebody, and ends when they leave. If this is such an account, all is well.',
  };
}

/** Who sees no repository at all has most likely a licence that shows none. */
export function licenceLine({ scopes, repositories }: ConnectionSight): ConnectionLine | undefined {
  // Without the scope nothing can be learnt here.
  if (!scopes || !repositories || !mayAsk(scopes.code)) return undefined;
  if (repositories.ok && repositories.value > 0) {
    return {
      check: 'licence',
      state: 'ok',
      message: `The account sees ${count(repositories.value, 'repository', 'repositories')}.`,
    };
  }
  if (!repositories.ok && !['missing', 'forbidden', 'refused'].includes(repositories.why)) {
    return {
      check: 'licence',
      state: 'warning',
      message: `Which repositories the account sees could not be learnt. ${repositories.reason}`,
    };
  }
  const isStakeholder = mayAsk(scopes.workItems);
  return {
    check: 'licence',
    state: 'broken',
    message: isStakeholder
      ? 'The account may read work items, but sees no repository: its access level is most likely Stakeholder.'
      : 'The account sees no repository.',
    help:
      'Give it the access level Basic (Organization settings, Users). If it has that, add it to the projects, with Read and ' +
      'Contribute to pull requests on their repositories.',
  };
}

export function repositoryLine(sight: ConnectionSight): ConnectionLine | undefined {
  const { scopes, repository } = sight;
  const sees = sight.repositories?.ok === true && sight.repositories.value > 0;
  if (!scopes || !mayAsk(scopes.code) || !sees) return undefined;
  if (sight.project && !sight.project.isSeen) {
    return {
      check: 'repository',
      state: 'broken',
      message: `The account sees no Git repository in a project ${quote(sight.project.name)}, which the address names.`,
      help: 'Look for a typing error in its name, whether it has Git repositories, and whether the account has Read on them.',
    };
  }
  if (!repository) return undefined;
  if (repository.ok) return { check: 'repository', state: 'ok', message: 'The repository of the address can be read.' };
  return {
    check: 'repository',
    state: 'broken',
    message: `The repository of the address cannot be read. ${repository.reason}`,
    help: 'Look for a typing error in its name, and whether the account has Read on it.',
  };
}

export function subscriptionsLine(
  { scopes, subscriptions }: ConnectionSight,
  needs: ConnectionNeeds,
): ConnectionLine | undefined {
  if (!needs.subscriptions || !subscriptions || !scopes || !mayAsk(scopes.code)) return undefined;
  if (!subscriptions.ok) {
    const message = `Whether the account may view and edit service hook subscriptions could not be learnt. ${subscriptions.reason}`;
    return { check: 'subscriptions', state: 'warning', message };
  }
  const { everywhere, lackingIn } = subscriptions.value;
  if (lackingIn.length === 0) {
    const where = everywhere ? 'all projects' : 'each project that it sees';
    const message = `The account may view and edit service hook subscriptions of ${where}.`;
    return { check: 'subscriptions', state: 'ok', message };
  }
  return {
    check: 'subscriptions',
    state: 'warning',
    message: `The account may not view and edit service hook subscriptions of ${firstOf(lackingIn, MOST_PROJECTS, 'other project')}.`,
    help: 'portcullis hooks grant, with the credential of an administrator of Azure DevOps, lets it.',
  };
}

/** Whether a question that only somebody with the scope is answered was answered; `missing` is what there is to say. */
export function mayAsk(asked: NonNullable<ConnectionSight['scopes']>['code']): boolean {
  return asked.ok || asked.why === 'missing';
}
