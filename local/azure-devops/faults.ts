import picomatch from 'picomatch';
import { z } from 'zod';

const actions = ['drop', 'reset', 'hang', 'hang-after', 'html203', 'garbage'] as const;

export const faultSchema = z
  .object({
    method: z.string().optional(),
    /** A part of the path, or a glob of all of it; any path when left out. */
    path: z.string().optional(),
    times: z.number().int().positive().optional(),
    status: z.number().int().min(100).max(599).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.unknown().optional(),
    /**
     * drop: apply the request, then cut the connection. reset: cut it before anything is applied. hang: never answer.
     * hang-after: apply the request, then never answer.
     * html203: the sign-in page. garbage: 200 with half of a JSON document.
     */
    action: z.enum(actions).optional(),
  })
  .refine((fault) => (fault.status === undefined) !== (fault.action === undefined), 'either status or action');

export type Fault = z.infer<typeof faultSchema>;

export interface Faults {
  add(faults: readonly Fault[]): void;
  clear(): void;
  pending(): readonly Fault[];
  /** The first fault that fits, counted down; undefined when none does. */
  take(method: string, path: string): Fault | undefined;
}

export function createFaults(): Faults {
  let faults: Fault[] = [];
  return {
    add(more) {
      faults.push(...more.map((fault) => ({ times: 1, ...fault })));
    },
    clear() {
      faults = [];
    },
    pending: () => faults,
    take(method, path) {
      const fault = faults.find((each) => fits(each, method, path));
      if (!fault) return undefined;
      fault.times = (fault.times ?? 1) - 1;
      if (fault.times <= 0) faults = faults.filter((each) => each !== fault);
      return fault;
    },
  };
}

function fits(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
  if (fault.path === undefined) return true;
  const wanted = fault.path.toLowerCase();
  const given = path.toLowerCase();
  return given.includes(wanted) || picomatch.isMatch(given, wanted);
}
