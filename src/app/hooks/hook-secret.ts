import { randomBytes } from 'node:crypto';

import { Failure } from '../../core/failures';
import type { Connection } from '../ports';

import type { WantedHooks } from './wanted-hooks';

/** 256 random bits, in letters that every header takes. */
export function newHookSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What subscriptions are made from. Throws a sentence where it is not known where Azure DevOps reaches this app. */
export function wantedHooks({ id, name, publicUrl }: Connection, password: string): WantedHooks {
  if (publicUrl !== null) return { connectionId: id, publicUrl, password };
  throw new Failure({
    kind: 'unexpected',
    message:
      `It is not known where Azure DevOps reaches Portcullis for connection ${name}, which a former release made: ` +
      'connect it once more, with portcullis connect.',
  });
}
