import { z } from 'zod';

import { CliError, orError } from './cli-error';
import type { CallManagement } from './management-client';
import { testAnswerSchema, testText } from './test-command';

const BROKEN = 1;

const changedSchema = z.object({ connection: z.unknown(), test: testAnswerSchema });
const refusedSchema = z.object({ message: z.string(), test: testAnswerSchema });

/** Another way to a connection's server: shows what the test of it found, and returns the connection. */
export async function changeNetwork(
  call: CallManagement,
  path: string,
  body: Record<string, string | boolean | null>,
  isJson: boolean,
): Promise<unknown> {
  const answer = await orError(() => call('PUT', `${path}/network`, { body, expected: [200, 422] }));
  if (answer.status === 422) {
    const { message, test } = refusedSchema.parse(answer.body);
    process.stdout.write(
      isJson ? `${JSON.stringify({ schemaVersion: 1, connection: null, test }, null, 2)}\n` : testText(test),
    );
    throw new CliError(message, BROKEN);
  }
  const { connection, test } = changedSchema.parse(answer.body);
  if (!isJson) process.stdout.write(testText(test));
  return connection;
}
