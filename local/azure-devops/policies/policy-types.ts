/** The policy types that the simulator evaluates, by the ids that Azure DevOps gives them everywhere. */
export const STATUS_POLICY = 'cbdc66da-9728-4af8-aada-9a5a32e4a226';
export const COMMENT_POLICY = 'c6a1889d-b943-4856-b76f-9e46bb6b0df2';
export const REVIEWER_POLICY = 'fa4e907d-c16b-4a4c-9dfa-4906e5d171dd';
export const MERGE_STRATEGY_POLICY = 'fa4e907d-c16b-4a4c-9dfa-4916e5d171ab';

export interface PolicyType {
  id: string;
  displayName: string;
  description: string;
}

export const policyTypes: readonly PolicyType[] = [
  {
    id: COMMENT_POLICY,
    displayName: 'Comment requirements',
    description: 'This policy ensures that all comment threads of a pull request are resolved.',
  },
  {
    id: REVIEWER_POLICY,
    displayName: 'Minimum number of reviewers',
    description: 'This policy ensures that a minimum number of reviewers have approved a pull request.',
  },
  {
    id: MERGE_STRATEGY_POLICY,
    displayName: 'Require a merge strategy',
    description: 'This policy ensures that pull requests use a consistent merge strategy.',
  },
  {
    id: STATUS_POLICY,
    displayName: 'Status',
    description: 'This policy requires other services to post a successful status to complete a pull request.',
  },
];

export const findPolicyType = (id: string): PolicyType | undefined =>
  policyTypes.find((each) => each.id === id.toLowerCase());
