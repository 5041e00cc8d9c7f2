import { listedFingerprint } from './listed';

const listed = {
  title: 'feat: a basket',
  description: 'Adds a basket.',
  isDraft: false,
  targetBranch: 'refs/heads/main',
  headCommit: 'a'.repeat(40),
  votes: [
    { id: 'ada', vote: 10 },
    { id: 'bob', vote: 0 },
  ],
};
const fingerprint = listedFingerprint(listed);

test('is short and the same for the same', () => {
  expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(listedFingerprint(structuredClone(listed))).toBe(fingerprint);
});

test.each<[string, Partial<typeof listed> | { headCommit: null }]>([
  ['the title', { title: 'feat: baskets' }],
  ['the description', { description: 'Adds a basket' }],
  ['a draft', { isDraft: true }],
  ['the target', { targetBranch: 'refs/heads/release/1' }],
  ['a push', { headCommit: 'b'.repeat(40) }],
  ['a push that Azure DevOps has not looked at', { headCommit: null }],
  ['a vote', { votes: [listed.votes[0] ?? { id: '', vote: 0 }, { id: 'bob', vote: -5 }] }],
  ['a reviewer more', { votes: [...listed.votes, { id: 'eve', vote: 0 }] }],
  ['a reviewer less', { votes: listed.votes.slice(1) }],
  ['words that moved from title to description', { title: 'feat: a', description: 'basketAdds a basket.' }],
])('%s changes it', (_, change) => {
  expect(listedFingerprint({ ...listed, ...change })).not.toBe(fingerprint);
});

test('the order of votes does not', () => {
  expect(listedFingerprint({ ...listed, votes: [...listed.votes].reverse() })).toBe(fingerprint);
});

test('what a list does not tell does not, either', () => {
  const more = { ...listed, pullRequestId: 7, repositoryId: 'r', status: 'active' };
  expect(listedFingerprint(more)).toBe(fingerprint);
});

test('a description counts as far as a list brings it: 400 characters', () => {
  const whole = { ...listed, description: 'x'.repeat(4_000) };
  const asListed = { ...listed, description: 'x'.repeat(400) };
  expect(listedFingerprint(whole)).toBe(listedFingerprint(asListed));
  expect(listedFingerprint({ ...whole, description: `${'x'.repeat(400)}y` })).toBe(listedFingerprint(whole));
  expect(listedFingerprint({ ...whole, description: `${'x'.repeat(399)}y` })).not.toBe(listedFingerprint(whole));
});
