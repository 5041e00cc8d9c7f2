import { isStale } from './approvals';
import { isNobody, keyOf, type Lack, type Unjudged } from './code-owners-approvals';
import type { Fault } from './outcome';
import { anyOf, code, count, firstOf, quote, quoteName, shorten } from './phrase';

/** More names would say no more. */
const MOST_NAMED = 3;

/** Where the words come from: the file, the branch that it is on, and where names without a domain belong. */
export interface Place {
  file: string;
  branch: string;
  userDomain: string | undefined;
}

export function lackFault(lack: Lack, place: Place): Fault {
  const { rules, owners, files, needed, counted, barred } = lack;
  const [first] = rules;
  const approvals = needed === 1 ? 'an approval' : `${needed} approvals`;
  const patterns = firstOf(
    rules.map(({ pattern }) => code(pattern)),
    MOST_NAMED,
    'other pattern',
  );
  const who = firstOf(
    owners.map((owner) => code(owner.name)),
    MOST_NAMED,
    'other owner',
    anyOf,
  );
  const section =
    first === undefined || first.section.name === '' ? '' : `, in its section ${quote(first.section.name)}`;
  const so =
    counted === 0
      ? 'nobody of them has approved in a way that counts'
      : `${counted} of them ${counted === 1 ? 'has' : 'have'} so far`;
  const uncounted =
    barred.length === 0
      ? ''
      : ` Not counted: ${firstOf(
          barred.map(({ identity, why }) => `${quoteName(identity)} ${why}`),
          MOST_NAMED,
        )}.`;
  return {
    short: `${shorten(first?.pattern ?? '', 40)} needs ${approvals} by ${shorten(anyOf(owners.map(({ name }) => name)), 50)}`,
    finding: {
      severity: 'medium',
      key: first === undefined ? 'lack' : `owners ${keyOf(first)}`,
      message:
        `${patterns} ${rules.length === 1 ? 'needs' : 'need'} ${approvals} by ${who}${section}: ${so}. ` +
        `${count(files.length, 'changed file')} ${files.length === 1 ? 'is' : 'are'} theirs${files.length === 1 ? ':' : ', such as'} ${code(files[0] ?? '')}.${uncounted}`,
      help: helpFor(lack, place),
    },
  };
}

function helpFor({ owners, needed, barred }: Lack, { file, branch, userDomain }: Place): string {
  const bare = owners.find((owner) => isNobody(owner, userDomain));
  if (bare) {
    return `${code(`@${bare.name}`)} has no domain, and is nobody here: write a unique name, such as ${code(`${bare.name}@contoso.com`)}, in ${code(file)} on ${code(branch)}, or let an administrator set ${code('userDomain')}.`;
  }
  const isGroupOwned = owners.some(({ kind }) => kind === 'group');
  const excluded = barred.filter(({ why }) => why === 'opened the pull request' || why === 'pushed to it').length;
  if (!isGroupOwned && owners.length - excluded < needed) {
    return `Too few people own this to approve it: somebody adds an owner to ${code(file)} on ${code(branch)}.`;
  }
  if (barred.some(({ why }) => isStale(why))) {
    return 'Ask for a review of what is there now: whoever approved before resets the vote, and approves again.';
  }
  return 'Ask one of them for a review.';
}

/** What keeps the gate from judging; `short` says what to do first. */
export function unjudgedFault(unjudged: Unjudged, { file, branch }: Place): Fault {
  if (unjudged.kind === 'rule') {
    const { rule, problem, files } = unjudged;
    return {
      short: `mend line ${rule.line} of ${file}`,
      finding: {
        severity: 'high',
        key: `line ${rule.line}`,
        message: `Line ${rule.line} of ${code(file)} ${problem}. It may be about ${firstOf(files.map(code), MOST_NAMED, 'other file')}, so nobody can say who owns that.`,
        help: `Mend the line on ${code(branch)}.`,
      },
    };
  }
  const { ownership, name, reason, remedy } = unjudged;
  const lines = firstOf(
    ownership.rules.map(({ line }) => String(line)),
    MOST_NAMED,
    'other line',
  );
  return {
    short: remedy ?? `no group ${shorten(name, 60)}`,
    finding: {
      severity: 'high',
      key: `group ${name.toLowerCase()}`,
      message: `Nobody can say whether ${code(name)} has approved, as line ${lines} of ${code(file)} asks: ${lowerFirst(reason)}`,
      help: `If the name is wrong, mend it in ${code(file)} on ${code(branch)}: groups are written as \`@[Project]\\Name\`, in quotes where there are spaces.`,
    },
  };
}

/** Nobody can say whose approvals count. */
export function uncountableFault(reason: string): Fault {
  return {
    short: shorten(reason),
    finding: {
      severity: 'high',
      key: 'uncountable',
      message: `${reason}.`,
      help: 'Open the pull request anew, so that it has iterations.',
    },
  };
}

export function unownedFault(files: readonly string[], { file, branch }: Place): Fault {
  const [first = ''] = files;
  const others = files.length > 1 ? ` (+${files.length - 1} more)` : '';
  return {
    short: `${shorten(first, 60)} has no owner${others}`,
    finding: {
      severity: 'medium',
      key: 'unowned',
      message: `${firstOf(files.map(code), MOST_NAMED, 'other file')} ${files.length === 1 ? 'has' : 'have'} no owner in ${code(file)}, and every changed file must have one.`,
      help: `Add a line for it to ${code(file)} on ${code(branch)}, by a pull request of its own.`,
    },
  };
}

export function missingFileFault(description: string, branch: string): Fault {
  return {
    short: description,
    finding: {
      severity: 'high',
      key: 'missing',
      message: `There is no CODEOWNERS file on ${code(branch)}, so nobody owns what changed.`,
      help: 'Add one as `CODEOWNERS`, or in `.azuredevops/`, `.github/`, `.gitlab/` or `docs/`, by a pull request of its own.',
    },
  };
}

/** What a list leaves out. */
export function restFault(amount: number): Fault {
  return {
    short: '',
    finding: {
      severity: 'medium',
      key: 'rest',
      message: `${count(amount, 'other group', 'other groups')} of owners must approve, too.`,
    },
  };
}

function lowerFirst(sentence: string): string {
  return sentence.startsWith('There ') ? `t${sentence.slice(1)}` : sentence;
}
