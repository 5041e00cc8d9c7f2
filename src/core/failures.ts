/**
 * Failures sorted by who must act. Each carries one sentence for a person: what happened, where, and what to do.
 *
 * | kind | who acts | what Portcullis does |
 * |---|---|---|
 * | `credentialRefused` | the admin: PAT expired, revoked, or of another organization | stops, records, alerts |
 * | `permissionMissing` | the admin: the account lacks a right or the PAT a scope | stops, records |
 * | `notFound` | the admin, perhaps: Azure DevOps does not tell "gone" from "may not see" | stops, records |
 * | `superseded` | nobody: the pull request moved on while it was judged | judges again |
 * | `rateLimited`, `unavailable` | nobody: the service is busy or down | tries again later |
 * | `tooLarge` | whoever filled the pull request, or the admin | says `error`, looks again hourly |
 * | `unexpected` | us: an answer that the code does not know | the queue delivers again, then records |
 */
export type FailureKind =
  | 'credentialRefused'
  | 'permissionMissing'
  | 'notFound'
  | 'superseded'
  | 'rateLimited'
  | 'unavailable'
  | 'tooLarge'
  | 'unexpected';

export interface FailureDetails {
  kind: FailureKind;
  /** One sentence for a person, without secrets and without a stack. */
  message: string;
  /** What it takes, in the few words that a status has room for, as what a gate `needs`; the message says it, too. */
  remedy?: string;
  /** True where the credential, rather than a right of its account, seems to be what is not enough. */
  lacksScope?: boolean;
  /** Seconds until the service wants to hear from us again, where it said so. */
  retryAfterSeconds?: number;
  /** True when the request may have been carried out although no answer came: never repeat such a write blindly. */
  mayHaveApplied?: boolean;
  /** A word by which a program that called knows what to do. */
  code?: string;
}

export class Failure extends Error {
  readonly kind: FailureKind;
  readonly remedy: string | undefined;
  readonly lacksScope: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly mayHaveApplied: boolean;
  readonly code: string | undefined;

  constructor(details: FailureDetails) {
    super(details.message);
    this.name = 'Failure';
    this.kind = details.kind;
    this.remedy = details.remedy;
    this.lacksScope = details.lacksScope ?? false;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.mayHaveApplied = details.mayHaveApplied ?? false;
    this.code = details.code;
  }
}

/** True for failures that time may heal without anybody acting. */
export function isTransient(failure: Failure): boolean {
  return failure.kind === 'rateLimited' || failure.kind === 'unavailable';
}

/** Any thrown value as a Failure; what is not one already becomes `unexpected`, told by its message alone. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Failure({ kind: 'unexpected', message });
}
