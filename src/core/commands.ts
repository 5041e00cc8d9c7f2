/** What people ask for in comments: `/gate re-run`, alone on a comment's first line. */
export interface Command {
  threadId: number;
  commentId: number;
  /** The thread was begun with the command: it is closed when the command is carried out. */
  isWholeThread: boolean;
  name: 're-run';
}

export interface CommandThread {
  id: number;
  isDeleted: boolean;
  comments: readonly { id: number; authorId: string; content: string; isDeleted: boolean; isSystem: boolean }[];
}

/**
 * The commands that nobody has answered yet. Found in the threads whenever they are read, so no event needs to arrive;
 * answered = one of us wrote in the thread after it.
 */
export function findCommands(threads: readonly CommandThread[], ours: ReadonlySet<string>): Command[] {
  return threads
    .filter((thread) => !thread.isDeleted)
    .flatMap((thread) => {
      const comments = [...thread.comments].sort((a, b) => a.id - b.id);
      const lastOurs = Math.max(-1, ...comments.filter(({ authorId }) => ours.has(authorId)).map(({ id }) => id));
      const asking = comments.filter(
        (comment) => comment.id > lastOurs && !comment.isDeleted && !comment.isSystem && isReRun(comment.content),
      );
      const newest = asking.at(-1);
      if (!newest) return [];
      const isWholeThread = comments.every(({ id }) => asking.some((comment) => comment.id === id));
      return [{ threadId: thread.id, commentId: newest.id, isWholeThread, name: 're-run' as const }];
    });
}

function isReRun(content: string): boolean {
  const firstLine = content.split(/\r?\n/, 1)[0] ?? '';
  return /^\/gate[ \t]+re-?run[ \t]*$/i.test(firstLine);
}
