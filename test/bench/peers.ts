import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * What Portcullis is put beside lies in `test/bench/node_modules`, outside the product's install. Types are checked
 * without it, so a receiver says in interfaces of its own what it uses. Bundles run two folders below the root.
 */
const requirePeer = createRequire(join(__dirname, '..', '..', 'test', 'bench', 'package.json'));

export function loadPeer(name: string): unknown {
  return requirePeer(name);
}

export function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
