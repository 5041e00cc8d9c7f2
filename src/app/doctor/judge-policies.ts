import { firstOf } from '../../core/phrase';
import type { Identity } from '../../core/snapshot';
import { quoted } from '../../core/quoted';
import { CONTEXT, judgeVerdictPolicy, type FaultKind, type VerdictPolicy } from '../policy-faults';
import { covers, scopesText } from '../policy-scope';
import { contextOf, isOurs } from '../policy-suspension';
import type { BranchPolicy, ListedRepository } from '../ports';

import type { Finding } from './look-at-part';

/** A repository whose pull requests are judged. */
export interface GatedRepository extends ListedRepository {
  defaultBranch: string;
  /** Whether a failing verdict is to block; else it is in the phase shadow. */
  isEnforced: boolean;
}

export interface PoliciesToJudge {
  /** The organization's or collection's base URL. */
  url: string;
  project: { id: string; name: string };
  repositories: readonly GatedRepository[];
  policies: readonly BranchPolicy[];
  /** Names of components that any settings there have. */
  components: ReadonlySet<string>;
  /** Accounts that the connection has posted as, the present one first. */
  identities: readonly Identity[];
  /** Who suspended a policy, and when, as a clause. */
  suspensions: ReadonlyMap<number, string>;
}

/** What leaves the gate open, or closed for ever, where it is to block; the others are worth a warning. */
const BREAKING: readonly FaultKind[] = ['misspelt', 'optional', 'conditional', 'noReset', 'anybody', 'otherIdentity'];
const MOST_NAMES = 3;

/** Our policies of a project, each with all that is wrong with it, and the repositories for which there is none. */
export function judgePolicies(judged: PoliciesToJudge): Finding[] {
  const { policies, identities, project, components } = judged;
  const judge = (policy: BranchPolicy): VerdictPolicy | undefined =>
    judgeVerdictPolicy(policy, identities[0]?.id, (name) => components.has(name));
  const ours = policies.flatMap((policy) => judge(policy) ?? []);
  const orphans = policies.filter((policy) => isOurs(policy) && policy.isEnabled && judge(policy) === undefined);
  const found = [
    ...ours.flatMap((each) => policyFinding(judged, each)),
    ...orphans.map((each) => orphanFinding(each)),
    ...uncovered(judged, ours),
  ];
  if (found.length > 0) return found.map((finding) => ({ ...finding, project: project.name }));
  const message =
    ours.length === 0
      ? `Project ${project.name} is in the phase shadow: nothing has to require ${CONTEXT} yet.`
      : `Pull requests of project ${project.name} need ${CONTEXT}.`;
  return [{ state: 'ok', message, project: project.name }];
}

function policyFinding(judged: PoliciesToJudge, { policy, scopes, faults }: VerdictPolicy): Finding[] {
  // What is switched off keeps nobody waiting; where it is missed, the repositories say so.
  if (faults.length === 0 || !policy.isEnabled) return [];
  const { repositories, suspensions } = judged;
  const [only, ...others] = scopes;
  const repository = only && others.length === 0 ? repositories.find(({ id }) => id === only.repositoryId) : undefined;
  const isEnforced = (repository ? [repository] : repositories).some((each) => each.isEnforced);
  const kinds = faults.map(({ kind }) => kind);
  // Whoever broke the glass knows that nothing is required.
  const breaks = kinds.includes('suspended') ? [] : BREAKING;
  const place = scopesText(scopes, repository);
  const said = faults.map(({ kind, message }) => textOf(judged, kind, policy) ?? message);
  const since = suspensions.get(policy.id);
  if (!isEnforced && kinds.every((kind) => kind === 'optional')) return [];
  return [
    {
      state: isEnforced && kinds.some((kind) => breaks.includes(kind)) ? 'broken' : 'warning',
      message: `Policy ${policy.id}, for ${place || 'nothing'}, ${said.join(' It ')}${since === undefined ? '' : ` ${since}`}`,
      help: kinds.includes('suspended')
        ? `portcullis policy restore --all ${quoted(judged.url)} makes it required again.`
        : `portcullis policy install ${quoted(addressOf(judged, repository))} mends it.`,
    },
  ];
}

function orphanFinding(policy: BranchPolicy): Finding {
  const context = contextOf(policy);
  return {
    state: 'warning',
    message:
      `Policy ${policy.id} requires ${context}, but no settings have a component ${context.split('/')[1] ?? ''}: ` +
      'nobody posts it, unless a file in the repository has one.',
    help: 'Give a component that name, or delete the policy.',
  };
}

/** Ids say nothing to people. */
function textOf({ identities }: PoliciesToJudge, kind: FaultKind, { settings }: BranchPolicy): string | undefined {
  if (kind !== 'otherIdentity') return undefined;
  const [present] = identities;
  const pinned = String(settings['authorId']).toLowerCase();
  const former = identities.find(({ id }) => id === pinned);
  const who = former ? `${former.displayName}, as which Portcullis posted formerly,` : `another identity (${pinned})`;
  return `takes the status from ${who} and not from ${present?.displayName ?? ''} (${present?.id ?? ''}): no verdict counts.`;
}

/** Repositories where a failing verdict is to block, and nothing requires one for the default branch. */
function uncovered(judged: PoliciesToJudge, ours: readonly VerdictPolicy[]): Finding[] {
  const { project, repositories } = judged;
  const bare = repositories.filter(
    (repository) =>
      repository.isEnforced &&
      !ours.some(
        ({ policy, scopes }) => policy.isEnabled && covers(scopes, { repository, refName: repository.defaultBranch }),
      ),
  );
  const [first] = bare;
  if (!first) return [];
  const names = bare.map(({ name }) => name);
  const off = ours.filter(({ policy, scopes }) => {
    const target = { project, repository: first, refName: first.defaultBranch };
    return !policy.isEnabled && covers(scopes, target);
  });
  const wouldBe = off.map(({ policy: { id } }) => ` Policy ${id} would, but is switched off.`).join('');
  const isOne = bare.length === 1;
  return [
    {
      state: 'broken',
      message:
        `Nothing requires ${CONTEXT} for pull requests into the default branch of ${firstOf(names, MOST_NAMES)}: ` +
        `they are completed without a verdict.${wouldBe}`,
      help: `portcullis policy install ${quoted(addressOf(judged, isOne ? first : undefined))} requires it${isOne ? '' : ' in the whole project'}.`,
    },
  ];
}

function addressOf({ url, project }: PoliciesToJudge, repository: { name: string } | undefined): string {
  const address = `${url}/${encodeURIComponent(project.name)}`;
  return repository ? `${address}/_git/${encodeURIComponent(repository.name)}` : address;
}
