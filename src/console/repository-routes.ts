import { Hono } from 'hono';
import { z } from 'zod';

import type { OperationsRunner } from '../app/operations';
import { findTarget, maySwitch, type Selection } from '../app/repositories/find-target';
import { listRepositories, type ListSources } from '../app/repositories/list-repositories';
import { previewSwitch } from '../app/repositories/preview-switch';
import { readOverview } from '../app/repositories/read-overview';
import { REPOSITORIES_SWITCH } from '../app/repositories/switch-repositories';
import { globSchema } from '../core/glob';
import { withoutPats } from '../core/pat';
import { firstOf } from '../core/phrase';

import { callerOf, connectionOf, needs, record, rightsOf } from './guard';
import { operationAnswer } from './operation-routes';
import { readJson } from './read-json';

type Dependencies = ListSources & { start: OperationsRunner['start'] };

const MOST_NAMED = 2_000;

const names = z.array(z.string().min(1).max(300)).max(MOST_NAMED).default([]);
const switchSchema = z
  .strictObject({
    enabled: z.boolean(),
    repositories: names,
    projects: names,
    match: z.array(globSchema()).max(20, 'There are at most 20 globs.').default([]),
    all: z.boolean().default(false),
    defaults: z.boolean().default(false),
    note: z.string().max(500, 'A note has at most 500 characters.').default('').transform(withoutPats),
    dryRun: z.boolean().default(false),
  })
  .superRefine(({ repositories, projects, match, all, defaults }, context) => {
    const named = repositories.length + match.length;
    if (all && (defaults || named + projects.length > 0))
      context.addIssue('Everything is everything: name nothing else.');
    else if (defaults && (named > 0 || projects.length > 1))
      context.addIssue('A default is of one project, or of the connection.');
    else if (!all && !defaults && named + projects.length === 0) {
      context.addIssue('Say which: repositories, projects, a glob to match, or all.');
    }
  });

/** Which repositories are gated, and having it otherwise. Who may switch what depends on what is named. */
export function repositoryRoutes(dependencies: Dependencies): Hono {
  const api = new Hono();

  api.get('/connections/:connection/repository-list', needs('reader'), async (context) =>
    context.json(await listRepositories(dependencies, connectionOf(context))),
  );

  api.post('/connections/:connection/repository-switches', needs('reader', { changes: 'nothing' }), async (context) => {
    const connection = connectionOf(context);
    const body = switchSchema.safeParse(await readJson(context));
    if (!body.success) return context.json({ message: mistake(body.error) }, 400);
    const { enabled, note, dryRun, ...selection } = body.data;
    const overview = await readOverview(dependencies, connection);
    const target = findTarget(overview, selection);
    if (!maySwitch(rightsOf(context), overview, target)) {
      const message = `You may not switch all of this in ${connection.name}: it takes an administrator of the connection, or of each project that it is in.`;
      return context.json({ message }, 403);
    }
    if (dryRun) return context.json(await previewSwitch(dependencies, connection, { enabled, target }, overview));
    const { id, name } = callerOf(context);
    const operation = await dependencies.start(
      REPOSITORIES_SWITCH,
      connection,
      { enabled, target, note },
      { id, name },
    );
    record(context, {
      action: selection.defaults ? 'repositories.defaults' : enabled ? 'repositories.enable' : 'repositories.disable',
      subject: subjectOf(connection.name, selection),
      details: {
        enabled,
        note,
        repositories: target.kind === 'repositories' ? target.ids.length : null,
        operation: operation.id,
      },
    });
    return context.json({ operation: operationAnswer(operation) }, 202);
  });

  return api;
}

function subjectOf(connection: string, { repositories, projects, match, all, defaults }: Selection): string {
  const what = [...repositories, ...match, ...projects.map((name) => `project ${name}`)];
  if (all || what.length === 0) return `${defaults ? 'default of ' : ''}connection ${connection}`;
  return `${defaults ? 'default of ' : ''}${firstOf(what, 5)}`;
}

function mistake({ issues: [issue] }: z.ZodError): string {
  const place = issue?.path.join('.') ?? '';
  return `${place === '' ? '' : `${place}: `}${issue?.message ?? 'The body is not as it should be.'}`;
}
