import type { DoctorLine } from '../../core/doctor-line';
import { createSlots } from '../../core/slots';
import { isSuspended, suspensionOf } from '../policy-suspension';
import type { AzureDevOps, BranchPolicy, Connection, ListedRepository } from '../ports';
import { projectPatOf } from '../credentials';
import { postingAs } from '../own-pats';
import { withCredential } from '../with-credential';

import type { DoctorDependencies } from './doctor';
import { judgePolicies, type GatedRepository } from './judge-policies';
import { lookAtPart } from './look-at-part';
import { componentsOf, isEnforced, isGated, type SettingsDocuments } from './settings-documents';

/** Projects at once: the rate limit is left to the hooks. */
const AT_ONCE = 4;
/** Whose history is read; somebody who breaks the glass suspends many, all alike. */
const MOST_HISTORIES = 5;

/** The branch policies of every project with a repository that is judged: a request for each project. */
export async function examinePolicies(
  dependencies: DoctorDependencies,
  connection: Connection,
  repositories: readonly ListedRepository[],
  documents: SettingsDocuments,
): Promise<DoctorLine[]> {
  const slots = createSlots(AT_ONCE);
  const lines = byProject(repositories, documents).map(({ project, gated, components }) =>
    slots.run(() =>
      lookAtPart(
        {
          check: 'policy',
          where: { connection: connection.name, project: project.name },
          asks: `whether pull requests of project ${project.name} need the verdict.`,
          look: () =>
            withCredential(
              dependencies.credentials,
              connection,
              async (credential) => {
                const azureDevOps = dependencies.connect(connection, credential);
                const policies = await azureDevOps.readStatusPolicies(project.id);
                return judgePolicies({
                  url: connection.url,
                  identities: postingAs(connection, projectPatOf(connection, project.id)).identities,
                  project,
                  repositories: gated,
                  policies,
                  components,
                  suspensions: await readSuspensions(azureDevOps, project.id, policies),
                });
              },
              { projectId: project.id },
            ),
        },
        dependencies.log,
      ),
    ),
  );
  return (await Promise.all(lines)).flat();
}

interface GatedProject {
  project: { id: string; name: string };
  gated: GatedRepository[];
  components: Set<string>;
}

function byProject(repositories: readonly ListedRepository[], documents: SettingsDocuments): GatedProject[] {
  const found = new Map<string, GatedProject>();
  for (const repository of repositories) {
    const { id, project, isDisabled, defaultBranch } = repository;
    if (isDisabled || defaultBranch === null) continue;
    const settings = documents.of(project.id, id);
    if (!isGated(settings)) continue;
    const entry = found.get(project.id) ?? { project, gated: [], components: new Set() };
    entry.gated.push({ ...repository, defaultBranch, isEnforced: isEnforced(settings, defaultBranch) });
    for (const name of componentsOf(settings)) entry.components.add(name);
    found.set(project.id, entry);
  }
  return [...found.values()];
}

/** Who suspended policies, and when: "Suspended by …, at …." */
async function readSuspensions(
  azureDevOps: AzureDevOps,
  projectId: string,
  policies: readonly BranchPolicy[],
): Promise<Map<number, string>> {
  const suspended = policies.filter(isSuspended).slice(0, MOST_HISTORIES);
  const read = suspended.map(async ({ id }) => {
    const since = suspensionOf(await azureDevOps.readPolicyRevisions(projectId, id));
    if (!since) return [];
    const at = since.at === null ? '' : ` at ${since.at}`;
    return [[id, `Suspended by ${since.by === '' ? 'somebody' : since.by}${at}.`] as const];
  });
  return new Map((await Promise.all(read)).flat());
}
