/** The message ids of the last so many milliseconds. */
export class DuplicateHistory {
  private readonly seen = new Map<string, number>();

  /** `window` in milliseconds; null remembers nothing. */
  constructor(private readonly window: number | null) {}

  /** Says whether the id was seen within the window, and remembers it otherwise: a repetition prolongs nothing. */
  isDuplicate(messageId: string, now: number): boolean {
    if (this.window === null) return false;
    for (const [id, at] of this.seen) {
      if (at + this.window > now) break;
      this.seen.delete(id);
    }
    if (this.seen.has(messageId)) return true;
    this.seen.set(messageId, now);
    return false;
  }
}
