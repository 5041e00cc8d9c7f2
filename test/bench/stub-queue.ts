/** The enqueue stub that all receivers share: it does what a sender does before the socket, and counts. */
export const stubQueue = {
  count: 0,
  bytes: 0,
  async send(message: unknown, { messageId }: { messageId: string }): Promise<void> {
    this.bytes += Buffer.byteLength(JSON.stringify({ messageId, body: message }));
    this.count += 1;
  },
};
