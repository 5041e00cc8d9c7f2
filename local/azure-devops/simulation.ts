import type { LocalClock } from '../clock';
import type { GitRepository } from './git-repository';
import type { Comment, PullRequest, Repository, State, Thread } from './state-model';

/** Something that service hooks tell of. What is left out here (thread status, labels, title…) fires nothing. */
export type SimulatedEvent =
  | { eventType: 'git.pullrequest.created'; pullRequest: PullRequest; actorId: string }
  | {
      eventType: 'git.pullrequest.updated';
      pullRequest: PullRequest;
      actorId: string;
      notificationType: NotificationType;
      /** What the actor did, as the message says it: "updated the source branch of". */
      act: string;
    }
  | { eventType: 'git.pullrequest.merged'; pullRequest: PullRequest; actorId: string }
  | {
      eventType: 'ms.vss-code.git-pullrequest-comment-event';
      pullRequest: PullRequest;
      actorId: string;
      thread: Thread;
      comment: Comment;
      act: 'commented on' | 'edited' | 'deleted';
    };

export type NotificationType =
  'PushNotification' | 'ReviewersUpdateNotification' | 'StatusUpdateNotification' | 'ReviewerVoteNotification';

export interface ServiceSwitches {
  /** The newest REST API that it knows: `6.0` is that of Azure DevOps Server 2020. */
  newestVersion: string;
  /** How far the Date of its answers is ahead of the clock. */
  aheadSeconds: number;
}

/** What every slice of routes works on. */
export interface Simulation {
  readonly clock: LocalClock;
  readonly state: State;
  /** Says that the state changed, so that it is written. */
  changed(): void;
  /** The organization's base address, without a slash at the end: `http://localhost:7080/contoso`. */
  url(): string;
  git(repository: Repository): GitRepository;
  /** Creates the bare repository on disk for a repository that is in the state. */
  createGit(repository: Repository): Promise<GitRepository>;
  /** Creates one that repositories share which name it as their `sharedGit`. */
  createSharedGit(id: string): Promise<GitRepository>;
  /** Delivers to the matching subscriptions, later; returns at once. */
  emit(event: SimulatedEvent): void;
  /** Runs work after the answer that caused it (merges); failures are printed. One at a time per `key`. */
  background(key: string, work: () => Promise<void>): void;
  /** How the service itself differs from what it is by default; not kept over a restart. */
  readonly service: ServiceSwitches;
  /** The clock's time as Azure DevOps writes it, with up to seven digits of a second. */
  timestamp(): string;
}
