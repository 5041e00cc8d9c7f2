import { messageSchema, newerVersion, type Message } from '../../core/messages';
import type { StoredDeadLetter } from '../ports';

/** What a dead letter was about, as far as its body tells. */
export type LetterContent =
  | { kind: 'message'; message: Message }
  /** Of a newer release, as after a rollback. */
  | { kind: 'newer'; schemaVersion: number }
  | { kind: 'unreadable' };

/** A record whose ids are not those of its body was not written by us, and nothing is done with it. */
export function contentOf({ body, key }: Pick<StoredDeadLetter, 'body' | 'key'>): LetterContent {
  const parsed = parse(body);
  const message = messageSchema.safeParse(parsed);
  if (message.success) {
    const isOurs = key === null || key.connectionId === message.data.connectionId;
    return isOurs ? { kind: 'message', message: message.data } : { kind: 'unreadable' };
  }
  const schemaVersion = newerVersion(parsed);
  return schemaVersion === undefined ? { kind: 'unreadable' } : { kind: 'newer', schemaVersion };
}

/** Which kind of message it was, for people and for machines. */
export function kindOf(letter: Pick<StoredDeadLetter, 'body' | 'key'>): Message['kind'] | 'unknown' {
  const content = contentOf(letter);
  return content.kind === 'message' ? content.message.kind : 'unknown';
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
