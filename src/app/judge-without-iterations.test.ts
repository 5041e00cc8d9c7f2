import { createWorld } from './testing/world';

test('without iterations each push gets a status of its own, though it says the same; nothing else does', async () => {
  const world = createWorld();
  world.pullRequest.change((state) => {
    state.details.supportsIterations = false;
    state.iterations = [];
  });
  const later = async (): Promise<void> => {
    world.clock.advance(60);
    world.hook();
    await world.drain();
  };
  await later();
  await later();
  expect(world.azureDevOps.recorded.statuses()).toHaveLength(1);
  world.pullRequest.push();
  await later();
  await later();
  const rows = world.azureDevOps.recorded.statuses();
  expect(rows.map(({ state, iterationId }) => [state, iterationId])).toEqual([
    ['succeeded', null],
    ['succeeded', null],
  ]);
  expect(rows.map(({ targetUrl }) => targetUrl?.replace(/[0-9a-f]{12}$/, '…'))).toEqual([
    'https://dev.azure.example/contoso/Shop/_git/web/pullrequest/7?commit=…',
    'https://dev.azure.example/contoso/Shop/_git/web/pullrequest/7?commit=…',
  ]);
});
