interface Location {
  id: string;
  area: string;
  resourceName: string;
  routeTemplate: string;
  resourceVersion: number;
  minVersion: string;
  maxVersion: string;
  releasedVersion: string;
}

function location(
  area: string,
  id: string,
  resourceName: string,
  routeTemplate: string,
  resourceVersion = 1,
): Location {
  return {
    id,
    area,
    resourceName,
    routeTemplate,
    resourceVersion,
    minVersion: '1.0',
    maxVersion: '7.2',
    releasedVersion: '7.1',
  };
}

const repository = '{project}/_apis/{area}/repositories/{repositoryId}';
const pullRequest = `${repository}/pullRequests/{pullRequestId}`;
const git = (id: string, resource: string, template: string, version = 1): Location =>
  location('git', id, resource, template, version);

/** The routes that the door uses, as the service tells them to OPTIONS, by area (lower case). */
export const areas: Readonly<Record<string, readonly Location[]>> = {
  git: [
    git('225f7195-f9c7-4d14-ab28-a83f7ff77e1f', 'repositories', '{project}/_apis/{area}/{resource}/{repositoryId}', 2),
    git('2d874a60-a811-4f62-9c9f-963a6ea0a55b', 'refs', `${repository}/{resource}`, 2),
    git('9946fd70-0d40-406e-b686-b4744cbbcc37', 'pullRequests', `${repository}/{resource}/{pullRequestId}`, 2),
    git('a5d28130-9cd2-40fa-9f08-902e7daa9efb', 'pullRequestsByProject', '{project}/_apis/{area}/pullRequests', 2),
    git(
      '01a46dea-7d46-4d40-bc84-319e7c260d99',
      'pullRequestsById',
      '{project}/_apis/{area}/pullRequests/{pullRequestId}',
      2,
    ),
    git('2c420070-a0a2-49cc-9639-c9f271c5ff07', 'policyConfigurations', '{project}/_apis/{area}/policy/configurations'),
    git('d43911ee-6958-46b0-a42b-8445b8a0d004', 'iterations', `${pullRequest}/{resource}/{iterationId}`, 2),
    git('4216bdcf-b6b1-4d59-8b82-c34cc183fc8b', 'changes', `${pullRequest}/iterations/{iterationId}/{resource}`),
    git('615588d5-c0c7-4b88-88f8-e625306446e8', 'commits', `${repository}/diffs/{resource}`),
    git('c2570c3b-5b3f-41b8-98bf-5407bfde8d58', 'commits', `${repository}/{resource}/{commitId}`, 2),
    git('52823034-34a8-4576-922c-8d8b77e9e4c4', 'commits', `${pullRequest}/{resource}`),
    git('0a637fcc-5370-4ce8-b0e8-98091f5f9482', 'workitems', `${pullRequest}/{resource}`),
    git('f22387e3-984e-4c52-9c6d-fbb8f14c812d', 'labels', `${pullRequest}/{resource}/{labelIdOrName}`),
    git('b5f6bb4f-8d1e-4d79-8d11-4c9172c99c35', 'statuses', `${pullRequest}/{resource}/{statusId}`, 2),
    git('4b6702c7-aa35-4b89-9c96-b9abf6d3e540', 'pullRequestReviewers', `${pullRequest}/reviewers/{reviewerId}`),
    git('ab6e2e5d-a0b7-4153-b64a-a4efe0d49449', 'threads', `${pullRequest}/{resource}/{threadId}`),
    git('965a3ec7-5ed8-455a-bdcb-835a5ea7fe7b', 'comments', `${pullRequest}/threads/{threadId}/{resource}/{commentId}`),
    git('fb93c0db-47ed-4a31-8c20-47552878fb44', 'items', `${repository}/{resource}/{*path}`),
    git('7b28e929-2c99-405d-9c5c-6167a06e6816', 'blobs', `${repository}/{resource}/{sha1}`),
  ],
  wit: [location('wit', '908509b6-4248-4475-a1cd-829139ba419f', 'workitemsbatch', '{project}/_apis/{area}/{resource}')],
  location: [location('Location', '00d9565f-ed9c-4a06-9a50-00e7896ccab4', 'connectionData', '_apis/{resource}')],
  core: [location('core', '603fe2ac-9723-48b9-88ad-09305aa6c6e1', 'projects', '_apis/{resource}/{*projectId}', 4)],
};
