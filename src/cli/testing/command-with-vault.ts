import type { KeptSecrets } from '../../app/ports';
import { createFakeSecrets } from '../../app/testing/fake-stores';
import { createTestClock } from '../../app/testing/test-clock';
import { createWire } from '../../app/testing/wire';

import type { CallManagement } from '../management-client';

/** The connection that there is. */
export const ID = 'con-contoso';

/** A vault that the command writes, and a Portcullis that answers what a test has it answer. */
export function commandWithVault({
  connected = [ID],
  answers = {},
}: { connected?: string[]; answers?: Record<string, unknown> } = {}) {
  const wire = createWire(createTestClock());
  const fake = createFakeSecrets(wire);
  const removed: string[] = [];
  const kept: KeptSecrets = {
    list: () => Promise.resolve([]),
    remove: (id) => Promise.resolve(void removed.push(id)).then(() => []),
  };
  const asked: string[] = [];
  const connections = [...connected];
  const call: CallManagement = async (method, path, { body } = {}) => {
    asked.push(`${method} ${path}${body === undefined ? '' : ` ${JSON.stringify(body)}`}`);
    const answer = path === '/connections' ? connections.map((id) => ({ id })) : answers[`${method} ${path}`];
    return { status: 200, etag: null, body: answer };
  };
  const told: string[] = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => told.push(String(text)) > 0);
  const vault = { url: 'https://contoso.vault.azure.net', secrets: fake.port, kept };
  return { wire, fake, vault, call, asked, removed, connections, told };
}
