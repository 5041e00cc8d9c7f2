import { toFailure } from '../core/failures';
import { sweepMessage } from '../core/messages';
import {
  effectiveSettings,
  resolveSettings,
  SETTINGS_SCHEMA_VERSION,
  type EffectiveSettings,
  type ScopedDocument,
  type SettingsProblem,
} from '../settings';

import type { Access } from './check-access';
import { checkSettings, turnsBetween, type CheckedSettings } from './check-settings';
import { createOwnPats } from './own-pats';
import type {
  AzureDevOps,
  Clock,
  Connection,
  Credentials,
  DoorCredential,
  Log,
  Repository,
  SettingsDocument,
  SettingsScope,
  SettingsStore,
  WorkQueue,
} from './ports';
import { documentOfVersion, readScope, widerScopes, type ScopeSettings } from './scope-settings';
import { withCredential } from './with-credential';

/** A PAT loses scopes when somebody edits it; within this time nobody asks again. */
const GRANTED_MS = 60_000;

export type SaveSettingsResult =
  | {
      kind: 'saved';
      present: SettingsDocument;
      notices: SettingsProblem[];
      /** `Shop/web`, where the settings are a repository's and it could be looked up. */
      repository: string | undefined;
    }
  | { kind: 'refused'; problems: SettingsProblem[] }
  /** Somebody else saved in the meantime: what stands there now. */
  | { kind: 'conflict'; present: SettingsDocument | undefined };

export type RestoreResult = SaveSettingsResult | { kind: 'unknown'; versions: number[] };

/** Who saves, and what for. */
export interface Saving {
  savedBy: string;
  note?: string;
  /** The ETag of the version that was looked at; null = there was none. */
  expectedEtag: string | null;
  /** Of a repository, where the caller knows it: nobody is asked for it. */
  projectId?: string | undefined;
  /** Whoever saves many documents has their pull requests judged again at the end. */
  isOneOfMany?: true;
}

/** Documents of wider scopes that will be saved before; null = will be deleted. What is not named stays as it is. */
export interface Proposed {
  connection?: unknown;
  project?: unknown;
  /** The project of a repository, where the caller knows it. */
  projectId?: string | undefined;
}

export interface ManageSettings {
  /** What saving would answer; saves nothing. */
  validate(
    connection: Connection,
    scope: SettingsScope,
    /** Undefined: it is to be deleted. */
    document: unknown,
    proposed?: Proposed,
  ): Promise<CheckedSettings>;
  /** Saves a document only if it is right, and nobody changed it meanwhile; without a document, deletes it. */
  save(connection: Connection, scope: SettingsScope, document: unknown, saving: Saving): Promise<SaveSettingsResult>;
  /** Saves a version of the history as a new one, if it is still right. */
  restore(connection: Connection, scope: SettingsScope, version: number, saving: Saving): Promise<RestoreResult>;
  /** Everything that holds in a scope, and who said so. */
  effective(connection: Connection, scope: SettingsScope): Promise<EffectiveSettings>;
}

interface Dependencies {
  settings: SettingsStore;
  credentials: Credentials;
  queue: WorkQueue;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
  clock: Clock;
  log: Log;
}

/** What an admin does with settings. After each change, the active pull requests that it concerns are judged again. */
export function createManageSettings(dependencies: Dependencies): ManageSettings {
  const { settings, credentials, queue, connect, clock, log } = dependencies;
  const granted = new Map<string, number>();

  const ask = <T>(connection: Connection, use: (azureDevOps: AzureDevOps) => Promise<T>): Promise<T> =>
    withCredential(credentials, connection, (credential) => use(connect(connection, credential)));

  /** With a project's own PAT where the connection's credential does not see it. */
  const findRepository = async (connection: Connection, repositoryId: string): Promise<Repository> => {
    try {
      return await ask(connection, (azureDevOps) => azureDevOps.findRepository(repositoryId));
    } catch (error) {
      const own = await createOwnPats(dependencies).of(connection, repositoryId);
      if (!own) throw error;
      const { projectId } = own;
      return withCredential(
        credentials,
        connection,
        (credential) => connect(connection, credential).readRepository(projectId, repositoryId),
        { projectId },
      );
    }
  };

  /** A folder of documents asks the same again and again. */
  const accessOf = (connection: Connection): Access => {
    const onceAMinute = async (
      question: string,
      use: (azureDevOps: AzureDevOps) => Promise<unknown>,
    ): Promise<void> => {
      const now = clock.now().getTime();
      if (now - (granted.get(`${connection.id} ${question}`) ?? -Infinity) < GRANTED_MS) return;
      await ask(connection, use);
      granted.set(`${connection.id} ${question}`, now);
    };
    return {
      probe: (slice) => onceAMinute(`slice ${slice}`, (azureDevOps) => azureDevOps.probe(slice)),
      group: (name) => onceAMinute(`group ${name}`, (azureDevOps) => azureDevOps.readGroup(name)),
    };
  };

  /** Nobody is locked out because Azure DevOps is down, or a repository is gone: then its project's document is left out. */
  const projectOf = async (
    connection: Connection,
    scope: SettingsScope,
  ): Promise<{ id?: string; repository?: string; notices: SettingsProblem[] }> => {
    if (scope.kind !== 'repository') return { notices: [] };
    try {
      const found = await findRepository(connection, scope.repositoryId);
      return { id: found.project.id, repository: `${found.project.name}/${found.name}`, notices: [] };
    } catch (error) {
      const message = `the settings of its project were not considered: ${toFailure(error).message}`;
      return { notices: [{ path: '', message }] };
    }
  };

  const check = async (
    connection: Connection,
    scope: SettingsScope,
    /** Undefined: it is to be deleted. */
    document: unknown,
    projectId: string | undefined,
    proposed: Proposed,
  ): Promise<CheckedSettings> => {
    const wider = await Promise.all(
      widerScopes(scope, projectId).map(async (each): Promise<ScopeSettings> => {
        const instead = each.kind === 'repository' ? undefined : proposed[each.kind];
        if (instead === null) return { kind: 'nothing' };
        if (instead !== undefined) return { kind: 'document', document: { scope: each.kind, document: instead } };
        return readScope(settings, each, log);
      }),
    );
    const unreadable = wider.flatMap((each) => (each.kind === 'unreadable' ? [each.problem] : []));
    if (document !== undefined && unreadable.length > 0) {
      return { problems: unreadable.map(({ message }) => ({ path: '', message })), notices: [] };
    }
    const above = documentsOf(wider);
    const own: ScopedDocument[] = document === undefined ? [] : [{ scope: scope.kind, document }];
    const [given] = own;
    const { problems, notices } = given
      ? await checkSettings(above, given, accessOf(connection))
      : { problems: [], notices: [] };
    if (problems.length > 0) return { problems, notices };
    const former = documentsOf([await readScope(settings, scope, log)]);
    const turns = turnsBetween(resolveSettings([...above, ...former]), resolveSettings([...above, ...own]));
    return { problems, notices: [...turns, ...notices] };
  };

  /** The change counts from the next evaluation of each pull request; this makes it the next seconds. */
  const judgeAgain = async (
    scope: SettingsScope,
    projectId: string | undefined,
    etag: string,
  ): Promise<SettingsProblem[]> => {
    const repositoryId = scope.kind === 'repository' ? scope.repositoryId : undefined;
    const part = {
      ...(projectId === undefined ? {} : { projectId }),
      ...(repositoryId === undefined ? {} : { repositoryId }),
    };
    const place = [scope.connectionId, projectId, repositoryId].filter((id) => id !== undefined).join('/');
    try {
      await queue.send(sweepMessage(scope.connectionId, true, part), { messageId: `settings/${place}/${etag}` });
      return [];
    } catch (error) {
      const { kind, message } = toFailure(error);
      log.error('Pull requests could not be queued after a change of settings', { ...scope, kind, reason: message });
      return [
        { path: '', message: `active pull requests could not be queued, and are judged within the hour: ${message}` },
      ];
    }
  };

  const save: ManageSettings['save'] = async (connection, scope, document, saving) => {
    const project =
      saving.projectId === undefined ? await projectOf(connection, scope) : { id: saving.projectId, notices: [] };
    const projectId = scope.kind === 'project' ? scope.projectId : project.id;
    const isDeletion = document === undefined;
    const checked = await check(connection, scope, document, projectId, {});
    if (checked.problems.length > 0) return { kind: 'refused', problems: checked.problems };
    const { savedBy, note = '' } = saving;
    const etag = await etagToReplace(settings, scope, saving.expectedEtag);
    let isSaved: boolean;
    try {
      isSaved = await settings.save(
        scope,
        document,
        { savedBy, note, documentSchemaVersion: SETTINGS_SCHEMA_VERSION },
        etag,
      );
    } catch (error) {
      const { kind, message } = toFailure(error);
      if (kind !== 'tooLarge') throw error;
      return { kind: 'refused', problems: [{ path: '', message }] };
    }
    const present = await settings.read(scope);
    if (!isSaved || !present) return { kind: 'conflict', present };
    log.info('Settings were saved', { ...scope, version: present.version, isDeletion });
    const queued = saving.isOneOfMany ? [] : await judgeAgain(scope, projectId, present.etag);
    const notices = [...checked.notices, ...(isDeletion ? [] : project.notices), ...queued];
    // Whoever was next already: what is theirs must not be taken for what was looked at.
    const isOurs = JSON.stringify(present.document) === JSON.stringify(document);
    const { repository } = project;
    return { kind: 'saved', present: isOurs ? present : { ...present, etag: '' }, notices, repository };
  };

  return {
    validate: async (connection, scope, document, proposed = {}) => {
      const project =
        proposed.projectId === undefined ? await projectOf(connection, scope) : { id: proposed.projectId, notices: [] };
      const { problems, notices } = await check(connection, scope, document, project.id, proposed);
      return { problems, notices: [...notices, ...(document === undefined ? [] : project.notices)] };
    },
    save,
    restore: async (connection, scope, version, saving) => {
      const history = await settings.history(scope);
      const former = history.find((each) => each.version === version);
      if (!former) return { kind: 'unknown', versions: history.map((each) => each.version) };
      if (former.unreadable !== undefined) {
        return { kind: 'refused', problems: [{ path: '', message: `version ${version} ${former.unreadable}` }] };
      }
      const note = `version ${version} restored${saving.note ? `: ${saving.note}` : ''}`;
      return save(connection, scope, documentOfVersion(former), { ...saving, note });
    },
    effective: async (connection, scope) => {
      const project = await projectOf(connection, scope);
      const scopes = [...widerScopes(scope, project.id), scope];
      const read = await Promise.all(scopes.map((each) => readScope(settings, each, log)));
      const unreadable = read.flatMap((each) => (each.kind === 'unreadable' ? [each.problem] : []));
      if (unreadable.length > 0) return { ok: false, problems: unreadable };
      const effective = effectiveSettings(documentsOf(read));
      if (!effective.ok) return effective;
      const older = read.flatMap((each) => (each.kind === 'document' && each.warning ? [each.warning] : []));
      return { ...effective, warnings: [...older, ...effective.warnings] };
    },
  };
}

function documentsOf(scopes: readonly ScopeSettings[]): ScopedDocument[] {
  return scopes.flatMap((each) => (each.kind === 'document' ? [each.document] : []));
}

/** For whoever looks, what is deleted is not there: a first document is saved over it. */
async function etagToReplace(
  store: SettingsStore,
  scope: SettingsScope,
  expected: string | null,
): Promise<string | null> {
  if (expected !== null) return expected;
  const present = await store.read(scope);
  return present?.isDeleted ? present.etag : null;
}
