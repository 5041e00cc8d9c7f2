import type { ConnectedAzureDevOps } from './connect';
import { failureOf, key, wireIteration, wireList, wireStatus } from './testing/fixtures';
import type { ScriptedAnswer } from './testing/scripted-server';
import { setScene } from './testing/scene';

const scene = setScene();
const commit = 'a'.repeat(40);
const iteration = {
  id: 1,
  sourceCommit: commit,
  targetCommit: commit,
  commonCommit: commit,
  hasMultipleMergeBases: false,
};
const project = '1f1f3a2b-61a4-4c2b-8f1e-0d3f0c9a7e11';
const item = { id: 5, fields: { 'System.WorkItemType': 'Bug', 'System.State': 'New', 'System.Title': 't' } };

const reads: [string, (door: ConnectedAzureDevOps) => Promise<unknown>, string, unknown][] = [
  ['statuses', (door) => door.readStatuses(key), '/statuses', wireStatus],
  ['threads', (door) => door.readThreads(key), '/threads', { id: 1, comments: [] }],
  ['iterations', (door) => door.readIterations(key), '/iterations', wireIteration(1)],
  ['work item links', (door) => door.readWorkItems(key), '/workitems', { id: '5' }],
  ['work items', (door) => door.readWorkItems(key), '/workitemsbatch', item],
  ['projects', (door) => door.readProjects(), '/projects', { id: project, name: 'Shop' }],
  ['active pull requests', (door) => door.readActivePullRequests(project), '/pullRequests', undefined],
  ['changes', (door) => door.readChanges(key, iteration), '/changes', undefined],
  ['the diff', (door) => door.readChanges(key, { ...iteration, id: null }), '/diffs/commits', undefined],
];

/** What the other routes on the way answer. */
const script =
  (end: string, answer: ScriptedAnswer) =>
  ({ path }: { path: string }): ScriptedAnswer => {
    if (path.toLowerCase().endsWith(end.toLowerCase())) return answer;
    if (path.endsWith('/workitemsbatch')) return { json: wireList(item) };
    return path.endsWith('/workitems') ? { json: wireList({ id: '5' }) } : { json: { supportsIterations: true } };
  };
const json = { 'content-type': 'application/json' };

describe.each(reads)('half an answer to %s is no answer', (_, read, end, one) => {
  test.each<[string, ScriptedAnswer]>([
    ['cut off, although the service says 200', { raw: '{"count":1,"value":[{"id":1},', headers: json }],
    ['nothing', { raw: '', headers: json }],
    ['null', { json: null }],
    ['an object without a list', { json: {} }],
    ['a list that is null', { json: { count: 1, value: null, changeEntries: null, changes: null } }],
    ['an error that came with 200', { json: { message: 'TF400733: the request was canceled', typeKey: 'x' } }],
  ])('%s', async (__, answer) => {
    scene.script = script(end, answer);
    expect(await failureOf(read(scene.door))).toMatchObject({ kind: 'unexpected' });
  });

  test('fewer entries than the service counts', async () => {
    if (one === undefined) return;
    scene.script = script(end, { json: { count: 2, value: [one] } });
    expect(await failureOf(read(scene.door))).toMatchObject({
      kind: 'unexpected',
      message: expect.stringContaining('1 of 2 entries'),
    });
    scene.script = script(end, { json: { count: 1, value: [one] } });
    await expect(read(scene.door)).resolves.toHaveLength(1);
  });
});

test('an iteration without changes is one, when the service says that this was all', async () => {
  scene.script = () => ({ json: { nextSkip: 0, nextTop: 0 } });
  await expect(scene.door.readChanges(key, iteration)).resolves.toEqual([]);
  scene.script = () => ({ json: { allChangesIncluded: true } });
  await expect(scene.door.readChanges(key, { ...iteration, id: null })).resolves.toEqual([]);
});
