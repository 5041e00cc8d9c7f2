import { Hono, type Context } from 'hono';
import { z } from 'zod';

import type { ManageSettings, SaveSettingsResult, Saving } from '../app/manage-settings';
import type { Connection, SettingsScope, SettingsStore, SettingsVersion } from '../app/ports';
import { documentOfVersion } from '../app/scope-settings';
import { readAllProjects } from '../app/whole-connection';
import { withoutPats } from '../core/pat';

import { callerOf, needs, record } from './guard';
import type { LookUps } from './look-ups';
import { readJson } from './read-json';

interface Dependencies {
  settings: SettingsStore;
  manage: ManageSettings;
  lookUps: LookUps;
}

interface Changed {
  connection: Connection;
  scope: SettingsScope;
  action: 'settings.save' | 'settings.delete' | 'settings.restore';
}

const restoreSchema = z.object({ version: z.int().positive() });
const validateSchema = z.object({
  document: z.unknown().optional(),
  isDeletion: z.literal(true).optional(),
  projectId: z.guid().optional(),
  connection: z.unknown().optional(),
  project: z.unknown().optional(),
});

/** The routes of settings, the same for a connection, a project and a repository. */
export function settingsRoutes(dependencies: Dependencies): Hono {
  const api = new Hono();
  const { settings, manage, lookUps } = dependencies;

  const savingOf = (context: Context): Saving | undefined => {
    const condition = context.req.header('if-match');
    if (condition === undefined && context.req.header('if-none-match') !== '*') return undefined;
    const note = context.req.query('note');
    const savedBy = callerOf(context).name;
    return { savedBy, expectedEtag: condition ?? null, ...(note === undefined ? {} : { note: withoutPats(note) }) };
  };

  /** A person knows no ids; that a name could not be looked up must not keep anybody from changing settings. */
  const subjectOf = async ({ connection, scope }: Changed, repository: string | undefined): Promise<string> => {
    switch (scope.kind) {
      case 'connection':
        return `settings of connection ${connection.name}`;
      case 'repository':
        return `settings of repository ${repository ?? scope.repositoryId}`;
      case 'project': {
        const known = await readAllProjects(lookUps.ask, connection).catch(() => []);
        return `settings of project ${known.find(({ id }) => id === scope.projectId)?.name ?? scope.projectId}`;
      }
    }
  };

  /** What came of a change: recorded if there was one, and answered. */
  const told = async (context: Context, changed: Changed, result: SaveSettingsResult): Promise<Response> => {
    if (result.kind === 'saved') {
      const { kind, connectionId: _, ...ids } = changed.scope;
      const { version, note } = result.present;
      record(context, {
        action: changed.action,
        subject: await subjectOf(changed, result.repository),
        details: { scope: kind, ...ids, version, note },
      });
    }
    return answerOf(context, result);
  };

  for (const part of ['', '/projects/:project', '/repositories/:repository']) {
    const path = `/connections/:connection${part}/settings`;

    api.get(path, needs('reader'), async (context) => {
      const { scope } = lookUps.scopeOf(context);
      const present = await settings.read(scope);
      if (!present || present.isDeleted) return none(context, scope.kind);
      // What was written past the history has the number that the history gives it.
      const [newest = present] = present.version === 0 ? await settings.history(scope) : [];
      return context.json({ ...versionBody(present), version: newest.version }, 200, { etag: present.etag });
    });

    api.put(path, needs('scope'), async (context) => {
      const { connection, scope } = lookUps.scopeOf(context);
      const saving = savingOf(context);
      if (!saving) return unconditional(context);
      const document = await readJson(context);
      if (document === undefined) return context.json({ message: 'The body is not JSON.' }, 400);
      return told(
        context,
        { connection, scope, action: 'settings.save' },
        await manage.save(connection, scope, document, saving),
      );
    });

    api.delete(path, needs('scope'), async (context) => {
      const { connection, scope } = lookUps.scopeOf(context);
      const saving = savingOf(context);
      if (!saving) return unconditional(context);
      const present = await settings.read(scope);
      if (!present || present.isDeleted) return none(context, scope.kind);
      return told(
        context,
        { connection, scope, action: 'settings.delete' },
        await manage.save(connection, scope, undefined, saving),
      );
    });

    api.post(`${path}/validate`, needs('reader', { changes: 'nothing' }), async (context) => {
      const { connection, scope } = lookUps.scopeOf(context);
      const body = validateSchema.safeParse(await readJson(context));
      if (!body.success || (body.data.document === undefined) !== (body.data.isDeletion ?? false)) {
        const message = 'Send { "document": … }, the settings to look at, or { "isDeletion": true }.';
        return context.json({ message }, 400);
      }
      const { document, isDeletion: _, ...proposed } = body.data;
      const { problems, notices } = await manage.validate(connection, scope, document, proposed);
      if (problems.length > 0) return context.json({ message: 'The settings would be refused.', problems }, 422);
      return context.json({ notices });
    });

    api.get(`${path}/effective`, needs('reader'), async (context) => {
      const { connection, scope } = lookUps.scopeOf(context);
      const effective = await manage.effective(connection, scope);
      if (effective.ok) return context.json({ values: effective.values, warnings: effective.warnings });
      const problems = effective.problems.map(({ scope: wrong, path: at, message }) => ({
        path: at,
        message: `in the ${wrong}’s settings: ${message}`,
      }));
      return context.json({ message: 'The settings are wrong; every pull request here is an error.', problems }, 422);
    });

    api.get(`${path}/history`, needs('reader'), async (context) => {
      const { scope } = lookUps.scopeOf(context);
      return context.json((await settings.history(scope)).map(withoutDocument));
    });

    api.get(`${path}/history/:version`, needs('reader'), async (context) => {
      const { scope } = lookUps.scopeOf(context);
      const version = Number(context.req.param('version'));
      const found = (await settings.history(scope)).find((each) => each.version === version);
      if (!found) return context.json({ message: `The history has no version ${context.req.param('version')}.` }, 404);
      return context.json(versionBody(found));
    });

    api.post(`${path}/restore`, needs('scope'), async (context) => {
      const { connection, scope } = lookUps.scopeOf(context);
      const saving = savingOf(context);
      if (!saving) return unconditional(context);
      const body = restoreSchema.safeParse(await readJson(context));
      if (!body.success) return context.json({ message: 'Send { "version": … }, a number of the history.' }, 400);
      const result = await manage.restore(connection, scope, body.data.version, saving);
      if (result.kind !== 'unknown') return told(context, { connection, scope, action: 'settings.restore' }, result);
      const known = result.versions.length === 0 ? 'nothing was ever saved' : `it has ${result.versions.join(', ')}`;
      return context.json({ message: `The history has no version ${body.data.version}; ${known}.` }, 404);
    });
  }

  return api;
}

function answerOf(context: Context, result: SaveSettingsResult): Response {
  switch (result.kind) {
    case 'saved': {
      const { present, notices } = result;
      return context.json({ ...versionBody(present), notices }, 200, present.etag === '' ? {} : { etag: present.etag });
    }
    case 'refused':
      return context.json({ message: 'The settings were not saved.', problems: result.problems }, 422);
    case 'conflict': {
      const { present } = result;
      const message = 'Somebody else changed these settings meanwhile; compare and try again.';
      if (!present) return context.json({ message }, 412);
      return context.json({ message, present: versionBody(present) }, 412, { etag: present.etag });
    }
  }
}

function none(context: Context, kind: string): Response {
  return context.json({ message: `There are no settings for this ${kind}; the wider ones apply.` }, 404);
}

function unconditional(context: Context): Response {
  return context.json(
    { message: 'Send If-Match with the ETag of the version you edited, or If-None-Match: * for a first one.' },
    428,
  );
}

function withoutDocument({ version, savedAt, savedBy, note, isDeleted, unreadable }: SettingsVersion) {
  return { version, savedAt, savedBy, note, isDeleted, ...(unreadable === undefined ? {} : { unreadable }) };
}

function versionBody(version: SettingsVersion) {
  return { document: documentOfVersion(version), ...withoutDocument(version) };
}
