import type { z } from 'zod';

import { Failure } from '../core/failures';

import type { Connection, Progress } from './ports';

/** What a slice of work leaves behind. */
export type Slice<Cursor, Result> =
  | {
      state: 'more';
      cursor: Cursor;
      progress: Progress;
      /** Seconds until the next slice. */
      dueIn?: number;
    }
  | { state: 'done'; result: Result; progress: Progress };

export interface WorkContext<Request, Cursor> {
  connection: Connection;
  request: Request;
  /** What the slice before left; undefined for the first. */
  cursor: Cursor | undefined;
  operationId: string;
  by: { id: string; name: string };
  /** When this slice should end. */
  deadline: Date;
}

/**
 * A kind of long work. `work` does a slice of it, and is called again with the same cursor after a crash: it must be safe
 * to repeat. A `Failure` that time may heal has the slice tried again later; any other ends the operation.
 */
export interface OperationWork<Request = unknown, Cursor = unknown, Result = unknown> {
  kind: string;
  /** Neither of them may hold a secret: both are kept in a table. */
  requestSchema: z.ZodType<Request>;
  cursorSchema: z.ZodType<Cursor>;
  /** Also for a connection that is being disconnected; else nothing begins there any more. */
  whileLeaving?: boolean;
  work: (context: WorkContext<Request, Cursor>) => Promise<Slice<Cursor, Result>>;
}

/** The same, without what makes kinds differ from each other. */
export interface AnyOperationWork {
  kind: string;
  whileLeaving: boolean;
  work: (context: WorkContext<unknown, unknown>) => Promise<Slice<unknown, unknown>>;
}

/** What was kept is parsed again before it is worked with: another release may have written it. */
export function defineOperation<Request, Cursor, Result>(
  definition: OperationWork<Request, Cursor, Result>,
): AnyOperationWork {
  const { kind, requestSchema, cursorSchema, whileLeaving = false, work } = definition;
  return {
    kind,
    whileLeaving,
    work: (context) => {
      const request = requestSchema.safeParse(context.request);
      const cursor = context.cursor === undefined ? undefined : cursorSchema.safeParse(context.cursor);
      if (!request.success || cursor?.success === false) {
        const message = `What was kept of this operation (${kind}) is not as this release writes it: ask for it again.`;
        throw new Failure({ kind: 'unexpected', message });
      }
      return work({ ...context, request: request.data, cursor: cursor?.data });
    },
  };
}
