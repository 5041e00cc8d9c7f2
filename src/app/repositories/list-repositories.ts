import { toFailure } from '../../core/failures';
import { count } from '../../core/phrase';
import type { Connection, KnownProjects, SettingsScope } from '../ports';

import { unreadyProjects, type FoundProject, type FoundSources } from './found-projects';
import type { Gating } from './gating';
import { readOverview, type OverviewSources, type Place } from './read-overview';

/** Each costs a request of its own. */
const MOST_LOOKED_AT = 50;

export interface ListedPlace extends Gating {
  /** It has a settings document of its own. */
  hasSettings: boolean;
}

export interface RepositoryList {
  /** What is said where neither a project nor a repository says anything. */
  defaults: ListedPlace;
  projects: (ListedPlace & {
    id: string;
    name: string;
    repositories: number;
    /** Why it has no repository here, as a sentence. */
    leftOut: string | null;
  })[];
  repositories: (ListedPlace & {
    id: string;
    name: string;
    project: { id: string; name: string };
    defaultBranch: string | null;
    size: number | null;
    isDisabled: boolean;
    fork: { of: string | null } | null;
  })[];
  /** Projects that a sweep found later, and that lack service hooks or a policy; the newest first. */
  newProjects: FoundProject[];
  /** Settings documents of what is gone, or may not be seen any more. */
  gone: { kind: SettingsScope['kind']; id: string; savedAt: Date; savedBy: string; note: string }[];
  /** What whoever reads the list should know of it, as sentences. */
  notes: string[];
}

export type ListSources = FoundSources & { knownProjects: Pick<KnownProjects, 'list'> };

/** Everything that the gate's account sees in a connection, and whether it is gated. */
export async function listRepositories(sources: ListSources, connection: Connection): Promise<RepositoryList> {
  const [overview, known] = await Promise.all([
    readOverview(sources, connection),
    sources.knownProjects.list(connection.id),
  ]);
  const counts = new Map<string, number>();
  for (const { repository } of overview.repositories) {
    counts.set(repository.project.id, (counts.get(repository.project.id) ?? 0) + 1);
  }
  const empty = overview.projects.filter(({ id }) => !counts.has(id));
  const reasons = await whyWithout(sources, connection, empty);
  // Of one without a repository that is told already.
  const found = (known ?? [])
    .filter(({ id, foundAt }) => foundAt !== null && counts.has(id))
    .sort((a, b) => (b.foundAt?.getTime() ?? 0) - (a.foundAt?.getTime() ?? 0));
  return {
    defaults: listed(overview.connection),
    projects: overview.projects.map((place) => ({
      id: place.id,
      name: place.name,
      repositories: counts.get(place.id) ?? 0,
      leftOut: reasons.get(place.id) ?? null,
      ...listed(place),
    })),
    repositories: overview.repositories.map(({ repository, ...place }) => ({ ...repository, ...listed(place) })),
    newProjects: await unreadyProjects(sources, connection, overview, found),
    gone: overview.gone.map(({ scope, present: { savedAt, savedBy, note } }) => ({
      kind: scope.kind,
      id: scope.kind === 'repository' ? scope.repositoryId : scope.kind === 'project' ? scope.projectId : '',
      savedAt,
      savedBy,
      note,
    })),
    notes: notesOf(connection, overview),
  };
}

function listed({ present, gating }: Place): ListedPlace {
  return { ...gating, hasSettings: present !== undefined && !present.isDeleted };
}

/** Why projects have no repository that is seen. */
async function whyWithout(
  { ask }: OverviewSources,
  connection: Connection,
  projects: readonly { id: string }[],
): Promise<Map<string, string>> {
  const reasons = new Map<string, string>();
  const unseen =
    'No Git repository is seen in it: there is none, or Portcullis’ account lacks the permission Read on them.';
  for (const [index, { id }] of projects.entries()) {
    if (index >= MOST_LOOKED_AT) {
      reasons.set(id, unseen);
      continue;
    }
    try {
      const { git, tfvc } = await ask(connection, (azureDevOps) => azureDevOps.readVersionControl(id), id);
      const isOther = tfvc && !git;
      reasons.set(
        id,
        isOther ? 'Its code is in TFVC alone, which has no pull requests: there is nothing to gate.' : unseen,
      );
    } catch (error) {
      reasons.set(id, `${unseen} Whether its code is in TFVC could not be read: ${toFailure(error).message}`);
    }
  }
  return reasons;
}

function notesOf(
  { identities }: Connection,
  { repositories, gone }: Awaited<ReturnType<typeof readOverview>>,
): string[] {
  const account = identities[0]?.displayName ?? '';
  const whose = account === '' ? 'Portcullis’ account' : `the account ${account}`;
  const ofFiles = repositories.filter(({ gating }) => gating.mayFileDiffer).length;
  return [
    `Only what ${whose} may see is here: what is missing was deleted, or it lacks the permission Read there (Project settings > Repositories > Security).`,
    ...(ofFiles === 0
      ? []
      : [
          `In ${count(ofFiles, 'repository', 'repositories')} a .portcullis.yaml may say otherwise; it is not read here.`,
        ]),
    ...(gone.length === 0
      ? []
      : [
          `${count(gone.length, 'settings document')} belong${gone.length === 1 ? 's' : ''} to what is gone, or not seen any more: kept, and of no effect until it is back.`,
        ]),
  ];
}
