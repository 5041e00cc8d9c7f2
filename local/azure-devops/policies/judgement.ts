/** What one policy says of one pull request. */
export interface Judgement {
  /** queued: waits for something; rejected: something stands against it. */
  status: 'queued' | 'approved' | 'rejected' | 'notApplicable';
  /** One sentence: what is met, or what is missing. */
  reason: string;
  /** When what decided happened, where that is known. */
  decidedDate?: string | undefined;
}
