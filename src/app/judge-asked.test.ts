import { createWorld, type World } from './testing/world';

/** What options ask for is read, judged, and judged again when it has changed without a push; nothing else is read. */
function worldWith(gates: object): World {
  const world = createWorld();
  const off = { mode: 'off' };
  world.configure({ gates: { title: off, description: off, 'work-items': off, size: off, ...gates } });
  return world;
}

async function look(world: World): Promise<unknown> {
  world.hook();
  // So late that it needs no settling.
  world.clock.advance(60);
  await world.drain();
  return [world.verdict()?.state, world.verdict()?.description];
}

const asked = (world: World): string[] => world.wire.calls.filter((call) => call.startsWith('read'));
const readsTemplate = (world: World): boolean => asked(world).some((call) => call.includes('readTemplate'));

test('the template, only where it is asked for; a new one counts at the next look', async () => {
  const world = worldWith({ description: { mode: 'block', minimumLength: 0 } });
  world.pullRequest.change((state) => (state.template = { path: '/pull_request_template.md', text: '# Why' }));
  expect(await look(world)).toEqual(['succeeded', '1 gate passed']);
  expect(readsTemplate(world)).toBe(false);

  const off = { mode: 'off' };
  const gates = { title: off, 'work-items': off, size: off };
  world.configure({ gates: { ...gates, description: { mode: 'block', minimumLength: 0, template: 'sections' } } });
  expect(await look(world)).toEqual(['failed', '1 of 1 gate failed: description section "Why" is missing']);
  expect(readsTemplate(world)).toBe(true);

  world.pullRequest.change((state) => (state.template = null));
  expect(await look(world)).toEqual(['succeeded', '1 gate passed']);
});

test('fields of work items; one that was emptied counts at the next look', async () => {
  const world = worldWith({ 'work-items': { mode: 'block', requiredTags: ['ready'] } });
  const tagged = (tags: string) =>
    world.pullRequest.change(
      (state) =>
        (state.workItems = [{ id: 8, type: 'Bug', state: 'New', title: 'Basket', fields: { 'system.tags': tags } }]),
    );
  tagged('Ready');
  expect(await look(world)).toEqual(['succeeded', '1 gate passed']);
  tagged('web');
  expect(await look(world)).toEqual(['failed', '1 of 1 gate failed: work-items #8 lacks the tag ready']);
});

test('of a draft that nobody judges, nothing that gates need of it; when it is published, all of it', async () => {
  const block = { mode: 'block' };
  const world = worldWith({
    'code-owners': block,
    'depends-on': block,
    mergeable: { ...block, maximumCommitsBehind: 9 },
    description: { ...block, template: 'sections' },
    commits: { ...block, convention: 'conventional-commits' },
  });
  world.azureDevOps.others.set(9, { ...world.pullRequest.seen(0).details, id: 9 });
  world.pullRequest.change(({ details }) => {
    details.isDraft = true;
    details.description = 'Depends-On: !9';
  });
  expect(await look(world)).toEqual(['pending', 'draft: judged when published']);
  const ofGates = [
    'readFirstFile',
    'findPullRequest',
    'readTemplate',
    'readBehind',
    'readMergeStrategies',
    'readCommits',
  ];
  expect(asked(world).filter((call) => ofGates.includes(call))).toEqual([]);

  world.pullRequest.change(({ details }) => (details.isDraft = false));
  await look(world);
  expect(ofGates.filter((call) => !world.wire.calls.includes(call))).toEqual([]);
});
