/** A refusal in the words, type keys and statuses of Azure DevOps. */
export class AzureDevOpsError extends Error {
  constructor(
    readonly status: number,
    readonly typeKey: string,
    message: string,
    readonly eventId = 3000,
  ) {
    super(message);
  }
}

/** The body that Azure DevOps sends with every error. */
export function errorBody(error: AzureDevOpsError): Record<string, unknown> {
  return {
    $id: '1',
    innerException: null,
    message: error.message,
    typeName: `${assemblyOf(error.typeKey)}.${error.typeKey}, ${assemblyOf(error.typeKey)}`,
    typeKey: error.typeKey,
    errorCode: 0,
    eventId: error.eventId,
  };
}

function assemblyOf(typeKey: string): string {
  if (typeKey.startsWith('Git')) return 'Microsoft.TeamFoundation.Git.Server';
  if (typeKey.startsWith('Vss')) return 'Microsoft.VisualStudio.Services.WebApi';
  if (typeKey.startsWith('WorkItem') || typeKey.startsWith('Rule')) {
    return 'Microsoft.TeamFoundation.WorkItemTracking.Server';
  }
  if (typeKey.startsWith('Subscription')) return 'Microsoft.VisualStudio.Services.ServiceHooks.WebApi';
  return 'Microsoft.TeamFoundation.Framework.Server';
}

export const badRequest = (message: string, typeKey = 'InvalidArgumentValueException'): AzureDevOpsError =>
  new AzureDevOpsError(400, typeKey, message, 0);

export const projectNotFound = (name: string): AzureDevOpsError =>
  new AzureDevOpsError(
    404,
    'ProjectDoesNotExistWithNameException',
    `TF200016: The following project does not exist: ${name}. Verify that the name of the project is correct and that the project exists on the specified Azure DevOps Server.`,
    3000,
  );

export const repositoryNotFound = (nameOrId: string): AzureDevOpsError =>
  new AzureDevOpsError(
    404,
    'GitRepositoryNotFoundException',
    `TF401019: The Git repository with name or identifier ${nameOrId} does not exist or you do not have permissions for the operation you are attempting.`,
  );

export const pullRequestNotFound = (): AzureDevOpsError =>
  new AzureDevOpsError(404, 'GitPullRequestNotFoundException', 'TF401180: The requested pull request was not found.');

/** `identity` is the unique name; `permission` for example `PullRequestContribute`. */
export const permissionNeeded = (permission: string, identity: string): AzureDevOpsError =>
  new AzureDevOpsError(
    403,
    'GitNeedsPermissionException',
    `TF401027: You need the Git '${permission}' permission to perform this action. Details: identity '${identity}', scope 'repository'.`,
  );

export const notAuthorized = (): AzureDevOpsError =>
  new AzureDevOpsError(
    401,
    'UnauthorizedRequestException',
    "TF400813: The user '' is not authorized to access this resource.",
  );

export const notSimulated = (method: string, path: string): AzureDevOpsError =>
  new AzureDevOpsError(
    501,
    'NotImplementedException',
    `The local Azure DevOps simulator does not have ${method} ${path}.`,
    0,
  );
