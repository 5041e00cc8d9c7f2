import type { Asked, ConnectionCheck, ConnectionLine, ConnectionNeeds, ConnectionSight } from './connection-sight';
import { mayAsk } from './judge-connection-account';
import { IDENTITY_HELP } from './entra';
import { allOf } from './phrase';

/** What the credential may read, scope by scope, and what nobody can try without writing. */
export function scopeLines(
  { scopes }: ConnectionSight,
  needs: ConnectionNeeds,
  credential: 'pat' | 'bearer',
  refusedWrites: readonly RefusedWrite[],
): ConnectionLine[] {
  if (!scopes) return [];
  const scopeLine = credential === 'pat' ? patLine : identityLine;
  return [
    scopeLine('scope-code', 'Code (Read)', scopes.code, 'reading pull requests takes it'),
    scopeLine('scope-work-items', 'Work Items (Read)', scopes.workItems, neededBy(needs.workItems)),
    scopeLine('scope-identity', 'Identity (Read)', scopes.groups, neededBy(needs.groups)),
    writeLine(credential, refusedWrites),
  ];
}

type RefusedWrite = 'status' | 'threads' | 'reviewers';

const WRITES: Record<RefusedWrite, { scope: string; what: string }> = {
  status: { scope: 'Code (Status)', what: 'the verdict' },
  threads: { scope: 'Pull Request Threads (Read & write)', what: 'comments' },
  reviewers: { scope: 'Code (Read & write)', what: 'reviewers' },
};

/** What cannot be tried without writing is known by what was refused when it was last written. */
function writeLine(credential: 'pat' | 'bearer', refusedWrites: readonly RefusedWrite[]): ConnectionLine {
  const check = 'scopes-to-write';
  if (refusedWrites.length === 0) {
    return {
      check,
      state: 'ok',
      message:
        'Code (Status) and Pull Request Threads (Read & write) were not tried: that cannot be done without writing. ' +
        'The first verdict tells whether they are there.',
    };
  }
  const refused = refusedWrites.map((write) => WRITES[write]);
  const what = allOf(refused.map((each) => each.what));
  const scopes = allOf(refused.map(({ scope }) => scope));
  if (credential === 'bearer') {
    const message = `The managed identity was refused when it wrote ${what} last.`;
    return { check, state: 'broken', message, help: IDENTITY_HELP };
  }
  return {
    check,
    state: 'broken',
    message: `The PAT seems to lack ${scopes}: Azure DevOps refused ${what} when last written.`,
    help:
      `Edit the PAT (User settings, Personal access tokens) and add ${scopes}; if it has that, give the account Contribute to ` +
      'pull requests on the repositories. This line goes with the next write that is taken.',
  };
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
