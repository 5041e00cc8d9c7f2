import { hasOpenApi } from '../local/azure-devops/testing/openapi';

import { contractProblems, type Exchange } from './support/contract';

/**
 * Every end-to-end test ends with all its exchanges held against the official OpenAPI (test/support/contract.ts). Here
 * it is shown that the check sees what it is for.
 */
const withDocuments = hasOpenApi ? test : test.skip;

const route = '/contoso/_apis/git/repositories/3e7f1b94-2c5d-46a8-b0e9-7d4c8a6f2e13/pullRequests/1';
const exchange = (over: Partial<Exchange>): Exchange => ({
  method: 'GET',
  url: route,
  status: 200,
  identity: 'bot',
  ...over,
});

withDocuments.each<[string, Exchange, RegExp]>([
  ['a route that is in no document', exchange({ url: `${route}/moods` }), /is in no document/],
  ['a name that the query does not take', exchange({ url: `${route}?$tops=1` }), /sent: the query has no \$tops/],
  [
    'a property that the body does not take',
    exchange({ method: 'POST', url: `${route}/statuses`, body: { colour: 'red' } }),
    /sent: \.colour is no property of GitPullRequestStatus/,
  ],
  [
    'a value that an answer cannot have',
    exchange({ responseBody: { pullRequestId: 1, status: 'sleeping' } }),
    /answered: \.status is 'sleeping', not one of/,
  ],
  [
    'a property that an answer cannot have',
    exchange({ responseBody: { mood: 'good' } }),
    /answered: \.mood is no property/,
  ],
])('the contract names %s (documents beside the project)', (_name, wrong, problem) => {
  expect(contractProblems([wrong], 'bot')).toEqual([expect.stringMatching(problem)]);
});

withDocuments('what is right, and what is not the gate\u2019s to send, is not named', () => {
  expect(contractProblems([exchange({ responseBody: { pullRequestId: 1, status: 'active' } })], 'bot')).toEqual([]);
  expect(contractProblems([exchange({ identity: 'author', url: `${route}?$tops=1` })], 'bot')).toEqual([]);
});
