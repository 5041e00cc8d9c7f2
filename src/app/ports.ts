/**
 * What the use cases need of the world, and nothing more. Every method throws `Failure` (core/failures.ts) and nothing
 * else on purpose; lists are complete (adapters page to the end) and in the order stated. Everybody imports them from here.
 */
export type * from './ports/administration';
export type * from './ports/audit';
export type * from './ports/azure-devops';
export type * from './ports/connections';
export type * from './ports/discussion';
export type * from './ports/disconnecting';
export type * from './ports/grants';
export type * from './ports/health';
export type * from './ports/known-projects';
export type * from './ports/ledger';
export type * from './ports/principal';
export type * from './ports/operations';
export type * from './ports/people';
export type * from './ports/policies';
export type * from './ports/process';
export type * from './ports/queue';
export type * from './ports/retention';
export type * from './ports/service-hooks';
export type * from './ports/settings';
export type * from './ports/trace';
