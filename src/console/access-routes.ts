import { Hono } from 'hono';
import { z } from 'zod';

import type { Access } from '../app/access';
import type { Grant } from '../app/ports';
import { isGuid } from '../core/guid';
import { withoutPats } from '../core/pat';

import { callerOf, connectionOf, needs, record } from './guard';
import { readJson } from './read-json';

const MOST_PROJECTS = 500;

const grantSchema = z
  .strictObject({
    kind: z.enum(['person', 'group', 'application']),
    name: z.string().trim().min(1).max(200).transform(withoutPats),
    role: z.enum(['reader', 'project-admin', 'admin']),
    projects: z.array(z.string().min(1).max(100)).max(MOST_PROJECTS).default([]),
  })
  .refine(({ role, projects }) => (role === 'project-admin') === projects.length > 0);

const SENTENCE =
  'Send { "kind": "person", "group" or "application", "name": …, "role": "reader", "project-admin" or "admin", "projects": [ … ] }; projects, by name or id, for a project-admin and nobody else.';

/** Who may do what in a connection. Administrators of the deployment may do everything, and stand in no list. */
export function accessRoutes({ access }: { access: Access }): Hono {
  const api = new Hono();
  const path = '/connections/:connection/access';

  api.get(path, needs('admin'), async (context) =>
    context.json((await access.list(connectionOf(context).id)).map(grantAnswer)),
  );

  api.put(`${path}/:subject`, needs('admin'), async (context) => {
    const id = context.req.param('subject').toLowerCase();
    if (!isGuid(id)) return context.json({ message: NO_ID }, 400);
    const body = grantSchema.safeParse(await readJson(context));
    if (!body.success) return context.json({ message: SENTENCE }, 400);
    const { kind, name, role, projects } = body.data;
    const connection = connectionOf(context);
    const grant = await access.grant(connection, { subject: { id, kind, name }, role, projects }, callerOf(context));
    record(context, { action: 'access.grant', subject: `${kind} ${name}`, details: detailsOf(grant) });
    return context.json(grantAnswer(grant));
  });

  api.delete(`${path}/:subject`, needs('admin'), async (context) => {
    const id = context.req.param('subject').toLowerCase();
    if (!isGuid(id)) return context.json({ message: NO_ID }, 400);
    const { id: connectionId, name } = connectionOf(context);
    const grant = await access.revoke(connectionId, id);
    if (!grant) return context.json({ message: `Nothing was granted to ${id} in ${name}.` }, 404);
    const { subject } = grant;
    record(context, {
      action: 'access.revoke',
      subject: `${subject.kind} ${subject.name}`,
      details: detailsOf(grant),
    });
    return context.json(grantAnswer(grant));
  });

  return api;
}

const NO_ID = 'Name the person, group or application by its object id in Entra, a GUID.';

function grantAnswer({ subject, role, projects, grantedBy, ...rest }: Omit<Grant, 'grantedAt'> & Partial<Grant>) {
  return { subject, role, projects, grantedBy, grantedAt: rest.grantedAt ?? null };
}

function detailsOf({ subject, role, projects }: Omit<Grant, 'grantedAt'>): Record<string, string> {
  const names = projects.map(({ name }) => name).join(', ');
  return { subjectId: subject.id, role, ...(projects.length === 0 ? {} : { projects: names }) };
}
