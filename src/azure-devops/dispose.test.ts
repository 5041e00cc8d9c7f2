import { failureOf, key } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();

test('a read is not repeated once the door is disposed of', async () => {
  scene.script = () => {
    scene.door.dispose();
    return { status: 503 };
  };
  expect(await failureOf(scene.door.readPullRequest(key))).toMatchObject({ kind: 'unavailable' });
  expect(scene.server.requests).toHaveLength(1);
});
