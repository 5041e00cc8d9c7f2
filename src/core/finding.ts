import { createHash } from 'node:crypto';

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** One thing that is wrong, told to the author. */
export interface Finding {
  severity: Severity;
  /** A sentence; whatever it quotes from the pull request is escaped when it is written. */
  message: string;
  filePath?: string;
  line?: number;
  endLine?: number;
  /** What makes this finding the same one in the next evaluation: never wording, line or path. */
  key: string;
  /** What to do about it, as a sentence. */
  help?: string;
}

/** The identity of a finding across evaluations: 16 hexadecimal digits of a hash of gate and key. */
export function fingerprint(gate: string, key: string): string {
  return createHash('sha256').update(`${gate}\u0000${key}`).digest('hex').slice(0, 16);
}
