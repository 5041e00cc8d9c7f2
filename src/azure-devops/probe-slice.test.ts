import type { SliceName } from '../core/snapshot';

import { failureOf, wireList } from './testing/fixtures';
import type { ScriptedAnswer } from './testing/scripted-server';
import { setScene } from './testing/scene';

const scene = setScene();

const myself = {
  json: {
    authenticatedUser: { id: 'b0700000-0000-4000-8000-000000000001', providerDisplayName: 'Portcullis' },
    instanceId: 'c0700000-0000-4000-8000-000000000004',
  },
};

/** Scripts the probe's answer, and that of the account behind the PAT. */
function answer(probe: ScriptedAnswer, account: ScriptedAnswer = myself): void {
  scene.script = ({ path }) => (path.toLowerCase().endsWith('/connectiondata') ? account : probe);
}

test.each<[SliceName, ScriptedAnswer]>([
  ['workItems', { json: wireList(null) }],
  ['groups', { json: wireList(null) }],
  ['changes', { status: 404, json: { message: 'TF401019: it does not exist.' } }],
  ['labels', { status: 404 }],
])('%s: one request, and the scope is there', async (slice, probe) => {
  answer(probe);
  await expect(scene.door.probe(slice)).resolves.toBeUndefined();
  expect(scene.server.requests).toHaveLength(1);
});

test.each<[SliceName, ScriptedAnswer, string]>([
  ['workItems', { status: 401 }, 'Work Items (Read)'],
  ['workItems', { status: 403, json: { message: 'no' } }, 'Work Items (Read)'],
  ['workItems', { status: 203, raw: '<html>' }, 'Work Items (Read)'],
  ['groups', { status: 401 }, 'Identity (Read)'],
  ['groups', { status: 203, raw: '<html>' }, 'Identity (Read)'],
  ['lineCounts', { status: 401 }, 'Code (Read)'],
])('%s refused, and the PAT is good otherwise: the scope is missing, and named', async (slice, probe, scope) => {
  answer(probe);
  const failure = await failureOf(scene.door.probe(slice));
  expect(failure).toMatchObject({ kind: 'permissionMissing', remedy: `needs PAT scope ${scope}` });
  expect(failure.message).toContain(`lacks the scope ${scope}`);
});

test('a PAT that is good for nothing lacks no scope', async () => {
  answer({ status: 401 }, { status: 401 });
  expect(await failureOf(scene.door.probe('workItems'))).toMatchObject({ kind: 'credentialRefused' });
});

test.each([429, 503])('%p says nothing about the scope', async (status) => {
  answer({ status });
  expect((await failureOf(scene.door.probe('workItems'))).kind).toMatch(/^(rateLimited|unavailable)$/);
});
