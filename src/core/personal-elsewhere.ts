/** Where people are named that forgetting somebody does not reach, and what does: for the command, and for the page of personal fields. */
export const PERSONAL_ELSEWHERE: readonly { where: string; what: string }[] = [
  {
    where: 'Azure DevOps',
    what: 'pull requests, comments, votes and statuses, Portcullis’ own too, stay as they are: whoever administers the organization removes a person there',
  },
  {
    where: 'Entra ID',
    what: 'the account, its app roles and its sign-in log: whoever still has the role admin, or is in a group that was granted something, can still sign in, and what they change then names them again',
  },
  {
    where: 'Application Insights and Log Analytics',
    what: 'Portcullis logs ids and no names or mail addresses, but the platform’s own rows of requests and sign-ins have some; all of it goes after the workspace’s retention (30 days, logRetentionDays)',
  },
  {
    where: 'Key Vault',
    what: 'secrets are of connections and name nobody; the vault’s audit log, which the template sends to Log Analytics, has the object ids and addresses of who read and wrote them, and goes with the other logs',
  },
  { where: 'Service Bus', what: 'messages have ids of pull requests alone, and live a day at most' },
  {
    where: 'copies',
    what: 'what somebody exported or backed up (an answer of portcullis people export is such a copy)',
  },
];
