import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AzureDevOpsError } from './errors';
import { ok, parameter, parseBody } from './http';
import { isAdministrator } from './permissions';
import { createRepository } from './repositories';
import type { Route } from './router';
import type { Simulation } from './simulation';
import type { Identity } from './state-model';

const createSchema = z.object({
  name: z.string().min(1).max(64),
  description: z.string().default(''),
  capabilities: z.object({
    versioncontrol: z.object({ sourceControlType: z.literal('Git') }),
    processTemplate: z.object({ templateTypeId: z.guid() }),
  }),
});

type Operation = { status: 'queued' | 'succeeded' | 'failed'; resultMessage?: string };

/** A project is created after the answer; what became of it, the operation says until the simulator ends. */
export function createProjectRoutes(simulation: Simulation): Route[] {
  const operations = new Map<string, Operation>();
  const urlOf = (id: string): string => `${simulation.url()}/_apis/operations/${id}`;
  return [
    {
      method: 'POST',
      template: 'projects',
      answer(request) {
        const { name, description } = parseBody(request, createSchema);
        requireMayCreate(request.identity);
        requireUnused(simulation, name);
        const id = randomUUID();
        operations.set(id, { status: 'queued' });
        simulation.background(`project ${name.toLowerCase()}`, async () => {
          operations.set(id, await outcomeOf(() => createProject(simulation, name, description)));
        });
        return { status: 202, body: { id, status: 'queued', url: urlOf(id) } };
      },
    },
    {
      method: 'GET',
      template: 'operations/:operation',
      answer(request) {
        const id = parameter(request, 'operation').toLowerCase();
        const operation = operations.get(id);
        if (!operation) {
          throw new AzureDevOpsError(404, 'OperationNotFoundException', `Operation with id ${id} was not found.`);
        }
        return ok({ id, ...operation, url: urlOf(id) });
      },
    },
  ];
}

async function outcomeOf(create: () => Promise<void>): Promise<Operation> {
  try {
    await create();
    return { status: 'succeeded' };
  } catch (error) {
    return { status: 'failed', resultMessage: error instanceof Error ? error.message : String(error) };
  }
}

/** With a repository of the project's name, empty, as every new Git project has one. */
async function createProject(simulation: Simulation, name: string, description: string): Promise<void> {
  requireUnused(simulation, name);
  const id = addProject(simulation, name, description);
  await createRepository(simulation, name, id);
}

/** A project without a repository; returns its id. */
export function addProject(simulation: Simulation, name: string, description = ''): string {
  const id = randomUUID();
  const lastUpdateTime = simulation.timestamp();
  simulation.state.projects.push({ id, name, description, revision: 1, lastUpdateTime });
  simulation.changed();
  return id;
}

function requireUnused({ state }: Simulation, name: string): void {
  if (!state.projects.some((each) => each.name.toLowerCase() === name.toLowerCase())) return;
  throw new AzureDevOpsError(
    400,
    'ProjectAlreadyExistsException',
    `TF200019: The following project already exists on the Azure DevOps Server: ${name}. You cannot create a new project with the same name as an existing project. Provide a different name.`,
  );
}

function requireMayCreate(identity: Identity): void {
  if (isAdministrator(identity)) return;
  throw new AzureDevOpsError(
    403,
    'AccessCheckException',
    `TF50309: The following account does not have sufficient permissions to complete the operation: ${identity.displayName}. The following permissions are needed to perform this operation: Create new projects.`,
  );
}
