import type { ConnectionCheck } from './connection-sight';

export type DoctorCheck =
  | ConnectionCheck
  | 'app-settings'
  | 'tables'
  | 'key-vault'
  | 'queue'
  | 'dead-letters'
  | 'connection'
  | 'pat-expiry'
  | 'ca-certificate'
  | 'hook-secret'
  | 'hooks'
  | 'last-hook'
  | 'last-sweep'
  | 'policy';

/** What a line is about, by name: the deployment where both are null. */
export interface DoctorPlace {
  connection: string | null;
  project: string | null;
}

/** One thing that was looked at, by itself. */
export interface DoctorLine {
  check: DoctorCheck;
  state: 'ok' | 'warning' | 'broken';
  /** What is so, as a sentence. */
  message: string;
  /** What mends it: a sentence, or a command and what it does. */
  help?: string;
  where: DoctorPlace;
  /** It could not be looked at: the state is a warning, and nobody knows. */
  isUnknown?: true;
}

/** What lines come to: the worst of them, where not to know is worse than a warning. */
export function worstOf(lines: readonly DoctorLine[]): 'ok' | 'warning' | 'unknown' | 'broken' {
  if (lines.some(({ state }) => state === 'broken')) return 'broken';
  if (lines.some(({ isUnknown }) => isUnknown)) return 'unknown';
  return lines.some(({ state }) => state === 'warning') ? 'warning' : 'ok';
}
