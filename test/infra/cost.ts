/**
 * What a deployment asks of Azure and of Azure DevOps in a month, by counts. infra/operations.md shows the outcome; a test
 * keeps the two equal.
 */

/** Counted in the local environment: a pull request of five files, default gates, one connection with one project. */
interface Counts {
  /** Service hooks that Azure DevOps delivers. */
  hooks: number;
  /** Messages sent into the queue, those for later looks too. */
  messages: number;
  /** Requests to Table Storage. */
  tables: number;
  /** Requests to Azure DevOps. */
  requests: number;
  /** Lines that the app logs. */
  lines: number;
}

export const COUNTED = {
  opened: { hooks: 3, messages: 4, tables: 23, requests: 14, lines: 6 },
  pushed: { hooks: 3, messages: 6, tables: 30, requests: 16, lines: 7 },
  commented: { hooks: 1, messages: 3, tables: 23, requests: 10, lines: 4 },
  voted: { hooks: 1, messages: 3, tables: 23, requests: 6, lines: 4 },
  /** Not counted by itself: as a comment, with one hook more. */
  completed: { hooks: 2, messages: 3, tables: 23, requests: 10, lines: 4 },
  /** A sweep, without the list of each further project. */
  sweep: { hooks: 0, messages: 1, tables: 7, requests: 3, lines: 1 },
  /** Half of a vote, which brings two evaluations. */
  look: { hooks: 0, messages: 1, tables: 12, requests: 4, lines: 2 },
} satisfies Record<string, Counts>;

/** Assumed; the same as the benchmark's organization (test/bench/organization.ts). */
export const ASSUMED = {
  pullRequestsPerDeveloperAndDay: 0.5,
  workingDays: 21,
  pushes: 4,
  comments: 8,
  votes: 3,
  daysActive: 2,
  /** Others that are active into the branch that a completion moves: each gets a hook, as of a vote. */
  othersIntoBranch: 9,
  developersPerProject: 100,
  /** From one thorough look at an active pull request to the next, and how many a sweep asks for at most. */
  minutesBetweenLooks: 50,
  looksPerSweep: 100,
  sweepsAMonth: 8_640,
  /** Operations of Service Bus for a message: sent, session taken, delivered, settled, lock renewed. */
  operationsPerMessage: 5,
  /** An instance that waits asks for each of its sessions, and for dead letters, once a minute. */
  waitingOperationsPerInstance: 17 * 60 * 24 * 30,
  /** Rows that the Functions host writes of an execution: the request, its beginning and its end. */
  hostRowsPerExecution: 3,
  kilobytesPerRow: 1,
  secondsPerExecution: 1.2,
  gigabytes: 2,
};

export interface Month {
  developers: number;
  pullRequests: number;
  executions: number;
  gigabyteSeconds: number;
  queueOperations: number;
  tableOperations: number;
  logGigabytes: number;
  requests: number;
}

export function monthOf(developers: number, instances: number): Month {
  const a = ASSUMED;
  const aDay = developers * a.pullRequestsPerDeveloperAndDay;
  const pullRequests = aDay * a.workingDays;
  const looks = Math.min(
    aDay * a.daysActive * ((60 * 24 * 30) / a.minutesBetweenLooks),
    a.looksPerSweep * a.sweepsAMonth,
  );
  const projects = Math.max(1, developers / a.developersPerProject);
  const sum = (what: keyof Counts): number =>
    pullRequests *
      (COUNTED.opened[what] +
        a.pushes * COUNTED.pushed[what] +
        a.comments * COUNTED.commented[what] +
        (a.votes + a.othersIntoBranch) * COUNTED.voted[what] +
        COUNTED.completed[what]) +
    looks * COUNTED.look[what] +
    a.sweepsAMonth * COUNTED.sweep[what];
  // Beside the hooks and the messages, the timer itself.
  const executions = sum('hooks') + sum('messages') + a.sweepsAMonth;
  return {
    developers,
    pullRequests,
    executions,
    gigabyteSeconds: executions * a.secondsPerExecution * a.gigabytes,
    queueOperations: sum('messages') * a.operationsPerMessage + instances * a.waitingOperationsPerInstance,
    tableOperations: sum('tables'),
    logGigabytes: ((sum('lines') + executions * a.hostRowsPerExecution) * a.kilobytesPerRow) / 1e6,
    requests: sum('requests') + a.sweepsAMonth * (projects - 1),
  };
}

/** The table of infra/operations.md. */
export function costTable(): string[] {
  const months = [monthOf(50, 1), monthOf(500, 1), monthOf(5_000, 4)];
  const shown = (value: number): string =>
    value >= 1e6 ? `${(value / 1e6).toFixed(1)} million` : Number(value.toPrecision(2)).toLocaleString('en-US');
  const row = (what: string, pick: (month: Month) => number): string =>
    `| ${what} | ${months.map((month) => shown(pick(month))).join(' | ')} |`;
  return [
    row('pull requests', ({ pullRequests }) => pullRequests),
    row('executions of functions', ({ executions }) => executions),
    row('GB-seconds, at most', ({ gigabyteSeconds }) => gigabyteSeconds),
    row('operations of Service Bus', ({ queueOperations }) => queueOperations),
    row('requests to Table Storage', ({ tableOperations }) => tableOperations),
    row('GB of logs, without sampling', ({ logGigabytes }) => logGigabytes),
    row('requests to Azure DevOps', ({ requests }) => requests),
  ];
}
