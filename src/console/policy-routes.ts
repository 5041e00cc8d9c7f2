import { Hono } from 'hono';
import { z } from 'zod';

import { JUDGE_OPERATION, judgeRequestSchema } from '../app/judge-operation';
import type { OperationsRunner } from '../app/operations';

import { callerOf, connectionOf, needs, record } from './guard';
import { operationAnswer } from './operation-routes';
import { readJson } from './read-json';

interface Dependencies {
  start: OperationsRunner['start'];
}

/** What an administrator did in Azure DevOps with a credential that Portcullis never sees. */
const noteSchema = z.strictObject({
  action: z.enum([
    'policy.suspend',
    'policy.restore',
    'policy.install',
    'policy.delete',
    'hooks.grant',
    'hooks.revoke',
  ]),
  subject: z.string().min(1).max(500),
  details: z.record(z.string().max(50), z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()])),
});

/** What branch policies need of Portcullis: verdicts before they block, and a note of what was done past it. */
export function policyRoutes({ start }: Dependencies): Hono {
  const api = new Hono();

  api.post('/connections/:connection/judgements', needs('admin'), async (context) => {
    const request = judgeRequestSchema.safeParse(await readJson(context));
    if (!request.success) return context.json({ message: sentenceOf(request.error) }, 400);
    const connection = connectionOf(context);
    const { id, name } = callerOf(context);
    const operation = await start(JUDGE_OPERATION, connection, request.data, { id, name });
    const { projectId = null, repositoryId = null, pullRequestIds } = request.data;
    record(context, {
      action: 'pull-requests.judge',
      subject: connection.name,
      details: { projectId, repositoryId, named: pullRequestIds?.length ?? null, operation: operation.id },
    });
    return context.json({ operation: operationAnswer(operation) }, 202);
  });

  api.post('/connections/:connection/audit-notes', needs('admin', { whileLeaving: true }), async (context) => {
    const note = noteSchema.safeParse(await readJson(context));
    if (!note.success) return context.json({ message: sentenceOf(note.error) }, 400);
    const { action, subject, details } = note.data;
    // By the word of whoever calls: the history of the policies in Azure DevOps is the proof.
    record(context, { action, subject, details: { ...details, told: true } });
    return context.body(null, 204);
  });

  return api;
}

function sentenceOf({ issues: [first] }: z.ZodError): string {
  return ['The request is not as it should be:', first?.path.join('.') ?? '', first?.message ?? '']
    .filter((part) => part !== '')
    .join(' ');
}
