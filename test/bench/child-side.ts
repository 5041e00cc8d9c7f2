/** Imports nothing: the start of some of these processes is what is measured. */

// The parent is gone, however it went, perhaps before this process was ready: nothing may stay behind.
process.once('disconnect', () => process.exit(1));

/** The argument that the parent gave, as JSON. */
export function argument(): unknown {
  return JSON.parse(process.argv[2] ?? 'null');
}

/** Tells the parent that this process is ready, answers its questions, and runs `stop` and ends when it says so. */
export function serveParent(
  ready: unknown,
  answer: (question: unknown) => unknown,
  stop: () => Promise<void> = async () => undefined,
): void {
  const serve = async (message: object): Promise<void> => {
    if ('stop' in message) {
      await stop();
      process.exit(0);
    }
    process.send?.(await answer('question' in message ? message.question : undefined));
  };
  process.on('message', (message: object) => {
    serve(message).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
  process.send?.(ready);
}
