/** The argument that the parent gave, as JSON. */
export function argument(): unknown {
  return JSON.parse(process.argv[2] ?? 'null');
}

/**
 * Tells the parent that this process is ready, and answers its questions. When the parent hangs up, however it ended,
 * `stop` is run and the process ends.
 */
export function serveParent(
  ready: unknown,
  answer: (question: unknown) => unknown,
  stop: () => Promise<void> = async () => undefined,
): void {
  process.on('message', (message: { question: unknown }) => {
    Promise.resolve(message.question)
      .then(answer)
      .then((answered) => process.send?.(answered))
      .catch((error: unknown) => {
        console.error(error);
        process.exit(1);
      });
  });
  process.once('disconnect', () => {
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  process.send?.(ready);
}
