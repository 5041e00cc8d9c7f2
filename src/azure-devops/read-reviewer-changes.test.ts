import { ada, author, key, wireList } from './testing/fixtures';
import { setScene } from './testing/scene';

const scene = setScene();
const text = ($value: string): unknown => ({ $type: 'System.String', $value });

async function reviewersIn(properties: Record<string, unknown>): Promise<unknown> {
  scene.answer({ '/threads': wireList({ id: 5, properties, identities: { '1': author }, comments: [] }) });
  return (await scene.door.readThreads(key))[0]?.reviewers;
}

const NAME = 'CodeReviewReviewersUpdated';
const changed = { CodeReviewThreadType: text('ReviewersUpdate') };

test.each<[string, Record<string, unknown>, unknown]>([
  ['added, today', { ...changed, [`${NAME}AddedIdentity`]: text('1') }, [ada.id]],
  ['taken off, today', { ...changed, [`${NAME}RemovedIdentity`]: text('1') }, [ada.id]],
  ['added, on older servers', { ...changed, [`${NAME}AddedTfId`]: text(ada.id.replaceAll('-', '')) }, [ada.id]],
  ['taken off, on older servers', { ...changed, [`${NAME}RemovedTfId`]: text(author.id) }, [ada.id]],
  ['several at once, which are not named', { ...changed, [`${NAME}NumAdded`]: text('3') }, []],
  ['a key of nobody', { ...changed, [`${NAME}AddedIdentity`]: text('2') }, []],
  ['another thread', { CodeReviewThreadType: text('VoteUpdate'), [`${NAME}AddedIdentity`]: text('1') }, undefined],
])('%s', async (_, properties, reviewers) => {
  expect(await reviewersIn(properties)).toEqual(reviewers);
});
