import { worstOf, type DoctorLine } from '../../core/doctor-line';
import type { WithHooks } from '../hooks/hook-slices';
import type {
  AzureDevOps,
  Clock,
  Connection,
  Connections,
  Credentials,
  DeadLetters,
  DoorCredential,
  Log,
  QueueHealth,
  Secrets,
  SettingsStore,
  Sweeps,
} from '../ports';
import type { TestConnection } from '../test-connection';

import { deadLetterFindings, queueFindings } from './deployment-findings';
import { examineConnection } from './examine-connection';
import { lookAtPart, type Part } from './look-at-part';

export interface DoctorReport {
  /** The worst of its lines; `unknown` where something could not be looked at. */
  state: 'ok' | 'warning' | 'unknown' | 'broken';
  lines: DoctorLine[];
}

/** Tells what is wrong anywhere, each cause by itself, with what mends it. It changes nothing. */
export interface Doctor {
  /**
   * The deployment and these connections.
   *
   * @param isWhole whether whoever asks may see what concerns other connections, too
   */
  examine(connections: readonly Connection[], options: { isWhole: boolean }): Promise<DoctorReport>;
}

export interface DoctorDependencies {
  connections: Connections;
  secrets: Secrets;
  credentials: Credentials;
  settings: SettingsStore;
  deadLetters: DeadLetters;
  queueHealth: QueueHealth;
  sweeps: Sweeps;
  withHooks: WithHooks;
  connect: (connection: Connection, credential: DoorCredential) => AzureDevOps;
  testConnection: TestConnection;
  /** App settings that do not say what they should, a sentence each. */
  wrong: readonly string[];
  clock: Clock;
  log: Log;
}

const DEPLOYMENT = { connection: null, project: null };
const MOST_DEAD_LETTERS = 1_000;
const WRONG_SETTING = 'The template writes it from a parameter: deploy that again, with the right value.';

export function createDoctor(dependencies: DoctorDependencies): Doctor {
  const { connections, secrets, deadLetters, queueHealth, wrong, clock, log } = dependencies;

  const deployment = (wanted: readonly Connection[], isWhole: boolean): Part[] => [
    {
      check: 'app-settings',
      where: DEPLOYMENT,
      asks: 'whether the app settings are right.',
      look: () => Promise.resolve(wrong.map((message) => ({ state: 'warning', message, help: WRONG_SETTING }))),
    },
    {
      check: 'tables',
      where: DEPLOYMENT,
      asks: 'whether the tables can be read.',
      isAccess: true,
      look: async () => {
        const isNothing = wanted.length === 0 && isWhole && (await connections.list()).length === 0;
        return isNothing
          ? [
              {
                state: 'warning',
                message: 'Nothing is connected yet.',
                help: 'portcullis connect connects an organization.',
              },
            ]
          : [{ state: 'ok', message: 'Table Storage answers.' }];
      },
    },
    {
      check: 'key-vault',
      where: DEPLOYMENT,
      asks: 'whether Key Vault can be read.',
      isAccess: true,
      look: async () => {
        // Whatever there is: what counts is that the vault answers, past every cache.
        await secrets.readHookSecrets(wanted[0]?.id ?? 'doctor', { fresh: true });
        return [{ state: 'ok', message: 'Key Vault answers.' }];
      },
    },
    {
      check: 'queue',
      where: DEPLOYMENT,
      asks: 'what waits in the queue.',
      isAccess: true,
      look: async () => queueFindings(await queueHealth.look(), clock.now()),
    },
    {
      check: 'dead-letters',
      where: DEPLOYMENT,
      asks: 'what could not be worked on.',
      look: async () => {
        // Others may have thousands, so that each connection's own are asked for.
        const lists = isWhole
          ? [deadLetters.list(MOST_DEAD_LETTERS)]
          : wanted.map(({ id }) => deadLetters.list(MOST_DEAD_LETTERS, id));
        const letters = (await Promise.all(lists))
          .flat()
          .filter(({ key }) => isWhole || wanted.some(({ id }) => id === key?.connectionId))
          .sort((a, b) => b.recordedAt.getTime() - a.recordedAt.getTime());
        return deadLetterFindings(letters, MOST_DEAD_LETTERS, clock.now());
      },
    },
  ];

  return {
    examine: async (wanted, { isWhole }) => {
      const parts = deployment(wanted, isWhole).map((part) => lookAtPart(part, log));
      const lines = (await Promise.all(parts)).flat();
      const isVaultDown = lines.some(({ check, state }) => check === 'key-vault' && state === 'broken');
      // One connection after the other: each asks its own organization several things at once.
      for (const connection of wanted) {
        lines.push(...(await examineConnection(dependencies, connection, { isVaultDown })));
      }
      return { state: worstOf(lines), lines };
    },
  };
}
