import { readFile } from 'node:fs/promises';

/** The kernel's clock tick for user space, the same on every Linux. */
const TICKS_PER_SECOND = 100;

/** Milliseconds of CPU that a process has used, its threads included; undefined where there is no /proc. */
export async function processorTime(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // The second field, the command, may hold blanks and brackets: what counts comes after its end.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return ((user + system) * 1_000) / TICKS_PER_SECOND;
}
