import type { Asked, ConnectionCheck, ConnectionLine, ConnectionNeeds, ConnectionSight } from './connection-sight';
import { mayAsk } from './judge-connection-account';
import { allOf } from './phrase';

/** What the PAT may read, scope by scope, and what nobody can try without writing. */
export function scopeLines({ scopes }: ConnectionSight, needs: ConnectionNeeds): ConnectionLine[] {
  if (!scopes) return [];
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

function neededBy(gates: readonly string[]): string | undefined {
  if (gates.length === 0) return undefined;
  return `${allOf(gates)} ${gates.length === 1 ? 'takes' : 'take'} it`;
}

function scopeLine(
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
