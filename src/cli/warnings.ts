import type { Log } from '../app/ports';

import { visible } from './terminal-text';

/** A log that tells whoever waits why it takes longer; everything else is for operators. */
export function warningsTo(stream: NodeJS.WritableStream): Log {
  const tell = (message: string, fields: Record<string, unknown> = {}): void => {
    const { reason, retryAfterSeconds } = fields;
    const more = [
      ...(typeof reason === 'string' ? [reason] : []),
      ...(typeof retryAfterSeconds === 'number' ? [`${retryAfterSeconds} s`] : []),
    ];
    stream.write(`${visible([message, ...more].join(': '))}\n`);
  };
  // A command that waits says what for, each time.
  return { debug: tell, info: () => undefined, warn: tell, error: tell };
}
