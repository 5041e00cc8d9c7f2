import type { DoctorLine } from '../../core/doctor-line';
import { quoted } from '../../core/quoted';
import { readHooksStatus } from '../hooks/hooks-status';
import type { Connection, ListedRepository } from '../ports';
import { readAllRepositories, type AskConnection } from '../whole-connection';
import { withCredential } from '../with-credential';

import { isOfConnection } from '../hooks/wanted-hooks';

import {
  caCertificateFindings,
  connectionFindings,
  deliveryFinding,
  expiryFindings,
  sweepFinding,
} from './connection-findings';
import type { DoctorDependencies } from './doctor';
import { hookFindings } from './hook-findings';
import { examinePolicies } from './examine-policies';
import { lookAtPart, type Part } from './look-at-part';
import { readSettingsDocuments, type Directory, type SettingsDocuments } from './settings-documents';

/** What is broken there keeps nothing else from being learnt. */
const HARMLESS: readonly string[] = [
  'scope-work-items',
  'scope-identity',
  'repository',
  'account',
  'project-pat',
  'settings',
];

/** Everything of one connection. What an earlier cause keeps from being learnt has no line. */
export async function examineConnection(
  dependencies: DoctorDependencies,
  connection: Connection,
  { isVaultDown }: { isVaultDown: boolean },
): Promise<DoctorLine[]> {
  const { secrets, settings, sweeps, withHooks, clock, log } = dependencies;
  const where = { connection: connection.name, project: null };
  const part = (check: Part['check'], asks: string, look: Part['look']): Promise<DoctorLine[]> =>
    lookAtPart({ check, where, asks, look }, log);
  if (connection.state === 'leaving') {
    return part('connection', 'whether it is connected.', () => Promise.resolve(connectionFindings(connection)));
  }

  const tested = await test(dependencies, connection, isVaultDown);
  const isBlocked = tested.some(
    ({ check, state, isUnknown }) => (state === 'broken' && !HARMLESS.includes(check)) || isUnknown === true,
  );
  const isRefused = tested.some(({ check, state }) => check === 'credential' && state === 'broken');

  let documents: SettingsDocuments | undefined;
  let repositories: ListedRepository[] = [];
  const [unread, unlisted] = await Promise.all([
    part('settings', 'whether the settings are right.', async () => {
      documents = await readSettingsDocuments(settings, connection.id, log);
      return [];
    }),
    isBlocked
      ? []
      : part('policy', 'which repositories there are.', async () => {
          repositories = await readRepositories(dependencies, connection);
          return [];
        }),
  ]);
  const directory = directoryOf(repositories);

  const secret = isVaultDown
    ? []
    : await part('hook-secret', 'whether there is a hook secret.', async () => {
        const found = await secrets.readHookSecrets(connection.id, { fresh: true });
        if (found.length > 0) return [{ state: 'ok', message: 'There is a hook secret.' }];
        const help = `portcullis hooks rotate ${quoted(connection.name)} makes one.`;
        return [{ state: 'broken', message: 'There is no hook secret, so that every hook is refused.', help }];
      });
  const hasHookSecret = secret.some(({ state }) => state === 'ok');
  const rest = await Promise.all([
    isBlocked ? [] : part('connection', '', () => Promise.resolve(connectionFindings(connection))),
    part('pat-expiry', '', () => Promise.resolve(expiryFindings(connection, clock.now(), isRefused))),
    part('ca-certificate', '', () => Promise.resolve(caCertificateFindings(connection, clock.now()))),
    // Without a secret every subscription would be called wrong for that alone.
    isBlocked || !hasHookSecret
      ? []
      : part('hooks', 'whether the service hooks are in order.', () =>
          withHooks(connection, async (port) =>
            hookFindings(await readHooksStatus(port, secrets, connection), connection.name),
          ),
        ),
    isBlocked
      ? []
      : part('last-hook', 'when a hook was delivered last.', () =>
          withHooks(connection, async (port) => {
            const ours = (await port.list()).filter((each) => isOfConnection(each, connection.id));
            const last = await port.readLastDelivery(ours.map(({ id }) => id));
            return ours.length === 0 ? [] : [deliveryFinding(last, connection, clock.now())];
          }),
        ),
    isBlocked
      ? []
      : part('last-sweep', 'when it was swept last.', async () => [
          sweepFinding(await sweeps.last(connection.id), clock.now()),
        ]),
    part('settings', 'whether the settings are right.', () => Promise.resolve(settingsFindings(documents, directory))),
    documents === undefined ? [] : examinePolicies(dependencies, connection, repositories, documents),
  ]);
  return [...tested, ...unread, ...unlisted, ...secret, ...rest.flat()];
}

async function test(
  { testConnection, clock, log }: DoctorDependencies,
  connection: Connection,
  isVaultDown: boolean,
): Promise<DoctorLine[]> {
  const where = { connection: connection.name, project: null };
  if (isVaultDown && connection.credential.kind === 'pat') {
    const message = 'Nothing could be asked of Azure DevOps: the PAT is in Key Vault.';
    return [{ check: 'credential', state: 'warning', message, where, isUnknown: true }];
  }
  const asks = 'whether Azure DevOps can be asked.';
  return lookAtPart(
    {
      check: 'reachable',
      where,
      asks,
      look: async () => {
        // Of one that has ended another line tells.
        const lasting = connection.projectPats.filter(({ expiresOn }) => !isVaultDown && expiresOn > clock.now());
        const { lines } = await testConnection.stored(
          { ...connection, projectPats: lasting },
          { subscriptions: false },
        );
        // Here each document has lines of its own.
        return lines.filter(({ check }) => check !== 'settings');
      },
    },
    log,
  );
}

function readRepositories(
  { credentials, connect }: DoctorDependencies,
  wanted: Connection,
): Promise<ListedRepository[]> {
  const ask: AskConnection = (connection, use, projectId) =>
    withCredential(credentials, connection, (credential) => use(connect(connection, credential)), { projectId });
  return readAllRepositories(ask, wanted);
}

function directoryOf(repositories: readonly ListedRepository[]): Directory {
  return {
    projects: new Map(repositories.map(({ project }) => [project.id, project.name])),
    repositories: new Map(repositories.map((each) => [each.id, each])),
  };
}

function settingsFindings(documents: SettingsDocuments | undefined, directory: Directory) {
  if (!documents) return [];
  const found = documents.findings(directory);
  return found.length > 0 ? found : [{ state: 'ok', message: 'All settings documents are right.' } as const];
}
