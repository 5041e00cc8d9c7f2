import { nodeProblem } from './node-version';

test.each(['22.0.0', '22.23.3', '100.1.0'])('Node %s will do', (version) => {
  expect(nodeProblem(version)).toBeUndefined();
});

test.each(['20.20.2', '9.9.9'])('Node %s is too old, and a sentence says so', (version) => {
  expect(nodeProblem(version)).toMatch(`portcullis needs Node 22 or newer, and runs on ${version}`);
});

test('this Node will do', () => {
  expect(nodeProblem(process.versions.node)).toBeUndefined();
});
