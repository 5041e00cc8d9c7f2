import type { ConnectionLine } from '../core/connection-sight';
import { quoted } from '../core/quoted';

import type { Connection } from './ports';

/** Of one that is connected: the command that takes the new PAT. */
export function renewing({ name, credential }: Connection): (line: ConnectionLine) => ConnectionLine {
  return (line) => {
    const isRefused = line.state === 'broken' && (line.check === 'credential' || line.check === 'anonymous');
    if (!isRefused || credential.kind !== 'pat') return line;
    return {
      ...line,
      help: `${line.help ? `${line.help} ` : ''}portcullis pat rotate ${quoted(name)} takes the new one.`,
    };
  };
}
