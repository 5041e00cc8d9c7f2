import type { Asked, ConnectionCheck, ConnectionLine, ConnectionNeeds, ConnectionSight } from './connection-sight';
import { mayAsk } from './judge-connection-account';
import { IDENTITY_HELP } from './entra';
import { allOf } from './phrase';

/** What the credential may read, scope by scope, and what nobody can try without writing. */
export function scopeLines(
  { scopes }: ConnectionSight,
  needs: ConnectionNeeds,
  credential: 'pat' | 'bearer',
): ConnectionLine[] {
  if (!scopes) return [];
  const scopeLine = credential === 'pat' ? patLine : identityLine;
  return [
    scopeLine('scope-code', 'Code (Read)', scopes.code, 'reading pull requests takes it'),
    scopeLine('scope-work-items', 'Work Items (Read)', scopes.workItems, neededBy(needs.workItems)),
    scopeLine('scope-identity', 'Identity (Read)', scopes.groups, neededBy(needs.groups)),
    {
      check: 'scopes-to-write',
      state: 'ok',
      message:
        'Code (Status) and Pull Request Threads (Read & write) were not tried: that cannot be done without writing. ' +
        'The first verdict tells whether they are there.',
    },
  ];
}

/** A token of Entra has every scope; what it may do is a matter of permissions. */
function identityLine(
  check: ConnectionCheck,
  scope: string,
  asked: Asked<unknown>,
  need: string | undefined,
): ConnectionLine {
  const line = patLine(check, scope, asked, need);
  const message = line.message.replace('The PAT lacks the scope', 'The managed identity lacks what the scope is for:');
  return {
    ...line,
    message: message.replaceAll('the PAT', 'the managed identity').replaceAll('The PAT', 'The managed identity'),
    ...(line.help === undefined ? {} : { help: IDENTITY_HELP }),
  };
}

function neededBy(gates: readonly string[]): string | undefined {
  if (gates.length === 0) return undefined;
  return `${allOf(gates)} ${gates.length === 1 ? 'takes' : 'take'} it`;
}

function patLine(
  check: ConnectionCheck,
  scope: string,
  asked: Asked<unknown>,
  need: string | undefined,
): ConnectionLine {
  if (mayAsk(asked)) return { check, state: 'ok', message: `The PAT has ${scope}.` };
  const isMissing = !asked.ok && (asked.why === 'refused' || asked.why === 'forbidden' || asked.why === 'anonymous');
  if (need === undefined) {
    const message = isMissing
      ? `The PAT lacks ${scope}, which nothing that is switched on takes.`
      : `Whether the PAT has ${scope} could not be learnt; nothing that is switched on takes it.`;
    return { check, state: 'ok', message };
  }
  if (!isMissing) {
    const reason = asked.ok ? '' : ` ${asked.reason}`;
    return { check, state: 'warning', message: `Whether the PAT has ${scope} could not be learnt.${reason}` };
  }
  return {
    check,
    state: 'broken',
    message: `The PAT lacks the scope ${scope}: ${need}.`,
    help: `Edit the PAT (User settings, Personal access tokens) and add ${scope}.`,
  };
}
