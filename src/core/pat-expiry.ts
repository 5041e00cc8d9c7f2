const DAY_MS = 86_400_000;

/** How long a PAT lasts where nobody says it. */
export const DEFAULT_PAT_DAYS = 90;
/** Azure DevOps gives none for longer than a year. */
const LONGEST_PAT_DAYS = 366;

/** How many days before the end of a PAT somebody is told, each once. */
export const WARNING_DAYS: readonly number[] = [30, 14, 7, 3, 1];

/** What is wrong with the end that somebody gives for a PAT, as a sentence; undefined when nothing is. */
export function patEndProblem(expiresOn: Date, now: Date): string | undefined {
  const left = expiresOn.getTime() - now.getTime();
  if (Number.isNaN(left)) return 'The end of a PAT is a date like 2027-02-01.';
  if (left <= 0) return `A PAT that ended on ${dayText(expiresOn)} is good for nothing: make a new one.`;
  if (left <= LONGEST_PAT_DAYS * DAY_MS) return undefined;
  return (
    `No PAT lasts until ${dayText(expiresOn)}: Azure DevOps gives none for more than a year. Give the day that it shows beside ` +
    'the PAT (User settings, Personal access tokens).'
  );
}

/** The beginning of that day, by UTC: Azure DevOps shows a day and no hour, and too early is no harm. Undefined for what is no day. */
export function dayOf(text: string): Date | undefined {
  const end = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  // 2027-02-30 would be some day in March.
  return end === undefined || Number.isNaN(end.getTime()) || dayText(end) !== text ? undefined : end;
}

/** So many days from now. */
export function daysFrom(now: Date, days: number): Date {
  return new Date(now.getTime() + days * DAY_MS);
}

/** The step of `WARNING_DAYS` that a PAT has reached: the nearest to its end. Undefined while it is far, null when it has ended. */
export function warningStep(expiresOn: Date, now: Date): number | null | undefined {
  const left = expiresOn.getTime() - now.getTime();
  if (left <= 0) return null;
  return WARNING_DAYS.findLast((days) => left <= days * DAY_MS);
}

/** `2027-02-01`, by UTC. */
export function dayText(date: Date): string {
  return date.toISOString().slice(0, 10);
}
