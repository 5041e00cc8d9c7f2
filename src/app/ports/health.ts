/** What waits in the queue. */
export interface QueueSight {
  /** Messages that could be worked on by now, those under way too. */
  due: number;
  /** Since when the oldest of them could be; null without any. */
  oldestDueAt: Date | null;
  /** Given up on, and not recorded yet. */
  dead: number;
  /** False: there are more than were looked at. */
  isWhole: boolean;
}

export interface QueueHealth {
  /** Looks, and takes nothing out. Throws `unavailable`, in a sentence. */
  look(): Promise<QueueSight>;
  /** Opens a link as for sending or receiving, without doing either. Throws `unavailable`, in a sentence. */
  reach(link: 'send' | 'receive'): Promise<void>;
}

/** When the timer's round last came to a connection and went through. */
export interface LastSweep {
  at: Date;
  /** Active pull requests that it found. */
  active: number;
}

export interface Sweeps {
  note(connectionId: string, sweep: LastSweep): Promise<void>;
  last(connectionId: string): Promise<LastSweep | undefined>;
  /** Of a connection that goes. */
  remove(connectionId: string): Promise<void>;
}
