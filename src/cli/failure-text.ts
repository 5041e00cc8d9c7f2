import { toFailure, type FailureKind } from '../core/failures';

/** What the person at the terminal can do beyond what the sentence says. */
const advice: Partial<Record<FailureKind, string>> = {
  rateLimited: 'Try again later.',
  unavailable: 'Try again later.',
};

/** Any error as a sentence for whoever called; it promises no further attempt, as there is none. */
export function failureText(error: unknown): string {
  const { kind, message } = toFailure(error);
  const promise = / (?:Portcullis|It) tries again (?:later|then)\.$/;
  const said = message.replace(promise, '');
  const more = said === message ? '' : ` ${advice[kind] ?? 'Try again.'}`;
  return `${said}${more}`;
}
