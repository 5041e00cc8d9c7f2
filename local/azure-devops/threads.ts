import { z } from 'zod';
import { AzureDevOpsError } from './errors';
import { enumSchema, idParameter, list, ok, parseBody, type ApiRequest } from './http';
import { addComment, checkContent, commentSchema } from './comments';
import { pullRequestOfRequest } from './lookups';
import { requirePermission } from './permissions';
import type { Route } from './router';
import type { Simulation } from './simulation';
import { threadStatuses, type Identity, type PullRequest, type Thread } from './state-model';
import { keptProperties } from './thread-people';
import { threadShape } from './thread-shapes';

const position = z.object({ line: z.number().int(), offset: z.number().int() });
const optionalPosition = position.nullish().transform((value) => value ?? undefined);

const threadContextSchema = z
  .object({
    filePath: z.string(),
    leftFileStart: optionalPosition,
    leftFileEnd: optionalPosition,
    rightFileStart: optionalPosition,
    rightFileEnd: optionalPosition,
  })
  .nullish()
  .transform((value) => value ?? undefined);

const pullRequestThreadContextSchema = z
  .object({
    changeTrackingId: z.number().optional(),
    iterationContext: z
      .object({ firstComparingIteration: z.number(), secondComparingIteration: z.number() })
      .nullish()
      .transform((value) => value ?? undefined),
  })
  .nullish()
  .transform((value) => value ?? undefined);

const properties = z.record(z.string(), z.unknown()).nullish();
const identities = z.record(z.string(), z.object({ id: z.string() })).nullish();

export const createThreadSchema = z.object({
  comments: z.array(commentSchema).min(1),
  status: enumSchema(threadStatuses).nullish(),
  threadContext: threadContextSchema,
  pullRequestThreadContext: pullRequestThreadContextSchema,
  properties,
  identities,
});
export type CreateThread = z.infer<typeof createThreadSchema>;

const updateThreadSchema = z.object({ status: enumSchema(threadStatuses).nullish(), properties, identities });

export function threadRoutes(simulation: Simulation): Route[] {
  const all = 'git/repositories/:repository/pullRequests/:pullRequest/threads';
  return [
    {
      method: 'GET',
      template: all,
      answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        return list(pullRequest.threads.map((thread) => threadShape(simulation, repository, pullRequest, thread)));
      },
    },
    {
      method: 'POST',
      template: all,
      answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        requirePermission(simulation.state, request.identity, repository, 'pullRequestContribute');
        const wanted = parseBody(request, createThreadSchema);
        const thread = createThread(simulation, pullRequest, request.identity, wanted);
        return ok(threadShape(simulation, repository, pullRequest, thread));
      },
    },
    {
      method: 'GET',
      template: `${all}/:thread`,
      answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        return ok(threadShape(simulation, repository, pullRequest, threadOfRequest(pullRequest, request)));
      },
    },
    {
      method: 'PATCH',
      template: `${all}/:thread`,
      answer(request) {
        const { repository, pullRequest } = pullRequestOfRequest(simulation, request);
        requirePermission(simulation.state, request.identity, repository, 'pullRequestContribute');
        const thread = threadOfRequest(pullRequest, request);
        const wanted = parseBody(request, updateThreadSchema);
        // Who changes a thread's status is not kept anywhere, and no hook tells of it: so it is in Azure DevOps.
        if (wanted.status) thread.status = wanted.status;
        if (wanted.properties) {
          Object.assign(thread.properties, keptProperties(wanted.properties, wanted.identities ?? {}));
          for (const [name, value] of Object.entries(wanted.properties)) {
            if (value === null) Reflect.deleteProperty(thread.properties, name);
          }
        }
        thread.lastUpdatedDate = simulation.timestamp();
        simulation.changed();
        return ok(threadShape(simulation, repository, pullRequest, thread));
      },
    },
  ];
}

/** Opens a thread; each of its comments fires the comment hook. */
export function createThread(
  simulation: Simulation,
  pullRequest: PullRequest,
  author: Identity,
  wanted: CreateThread,
): Thread {
  for (const comment of wanted.comments) checkContent(comment.content);
  const date = simulation.timestamp();
  const thread: Thread = {
    id: simulation.state.nextThreadId,
    publishedDate: date,
    lastUpdatedDate: date,
    comments: [],
    status: wanted.status ?? 'unknown',
    threadContext: wanted.threadContext,
    pullRequestThreadContext: wanted.pullRequestThreadContext,
    properties: keptProperties(wanted.properties ?? {}, wanted.identities ?? {}),
  };
  simulation.state.nextThreadId += 1;
  pullRequest.threads.push(thread);
  for (const comment of wanted.comments) addComment(simulation, pullRequest, thread, author, comment);
  return thread;
}

export function threadOfRequest(pullRequest: PullRequest, request: ApiRequest): Thread {
  const missing = (): AzureDevOpsError =>
    new AzureDevOpsError(404, 'DiscussionThreadNotFoundException', 'TF401188: The discussion thread was not found.');
  const id = idParameter(request, 'thread', missing);
  const thread = pullRequest.threads.find((each) => each.id === id);
  if (!thread) throw missing();
  return thread;
}
