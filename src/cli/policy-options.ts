import { InvalidArgumentError } from 'commander';

import { isGuid } from '../core/guid';

export function parseBranch(text: string): string {
  const branch = text.trim();
  if (branch === '') throw new InvalidArgumentError('It is a name like main.');
  return branch;
}

export function parseIdentity(text: string): string {
  const id = text.trim().toLowerCase();
  if (isGuid(id)) return id;
  throw new InvalidArgumentError('It is an id like d6245f20-2af8-44f4-9451-8107cb2767db.');
}
