import { Failure } from '../core/failures';

import { failureText } from './failure-text';

/** An error whose message is all that its reader needs. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}

/** For commands of which 1 is an answer: what kept them from giving one is 2, and a sentence for whoever called. */
export async function orError<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof CliError) throw new CliError(error.message, ERROR);
    throw error instanceof Failure ? new CliError(failureText(error), ERROR) : error;
  }
}

const ERROR = 2;
