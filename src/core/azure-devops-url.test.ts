import { parseAzureDevOpsUrl, parseProjectAddress, parsePullRequestAddress } from './azure-devops-url';

const guid = '3b3ae425-0079-421f-9101-bcf15d6df041';
const services = 'https://dev.azure.com/contoso';
const fabrikam = 'https://fabrikam.visualstudio.com';

/** The base, project, repository and number that an address stands for, written as one line. */
function read(text: string, number?: number): string {
  const parsed = parsePullRequestAddress(text, number);
  if (!parsed.ok) return `wrong: ${parsed.reason}`;
  const { kind, base, project, repository, pullRequestId } = parsed.address;
  return [kind, base, project ?? '-', repository, pullRequestId].join(' | ');
}

const web = `services | ${services} | Shop | web | 7`;

test.each([
  ['its page', `${services}/Shop/_git/web/pullrequest/7`, web],
  ['a tab of it', `${services}/Shop/_git/web/pullrequest/7?_a=files&path=/a.ts`, web],
  ['a comment of it', `${services}/Shop/_git/web/pullrequest/7?discussionId=12#1`, web],
  ['with a slash at the end', `${services}/Shop/_git/web/pullrequest/7/`, web],
  ['with doubled slashes', `${services}//Shop/_git/web/pullrequest/7`, web],
  ['in other letters', 'HTTPS://DEV.AZURE.COM/contoso/Shop/_GIT/web/PullRequest/7', web],
  ['as browsers show it', 'dev.azure.com/contoso/Shop/_git/web/pullrequest/7', web],
  ['as chats quote it', `  <${services}/Shop/_git/web/pullrequest/7>\n`, web],
  ['with a user', 'https://ada@dev.azure.com/contoso/Shop/_git/web/pullrequest/7', web],
  ['with a port that is the usual one', 'https://dev.azure.com:443/contoso/Shop/_git/web/pullrequest/7', web],
  ['without the project', `${services}/_git/web/pullrequest/7`, `services | ${services} | web | web | 7`],
  [
    'with spaces and other scripts',
    'https://dev.azure.com/contoso/My%20Shop/_git/caf%C3%A9%20%26%20bar/pullrequest/7',
    `services | ${services} | My Shop | café & bar | 7`,
  ],
  ['with a plain space', `${services}/My Shop/_git/web/pullrequest/7`, `services | ${services} | My Shop | web | 7`],
  ['by ids', `${services}/${guid}/_git/${guid}/pullrequest/7`, `services | ${services} | ${guid} | ${guid} | 7`],
  ['of a team', `${services}/Shop/Baskets/_git/web/pullrequest/7`, web],
  ['on visualstudio.com', `${fabrikam}/Shop/_git/web/pullrequest/7`, `services | ${fabrikam} | Shop | web | 7`],
  [
    'on visualstudio.com with the collection',
    `${fabrikam}/DefaultCollection/Shop/_git/web/pullrequest/7`,
    `services | ${fabrikam} | Shop | web | 7`,
  ],
  [
    'on visualstudio.com with the collection and without the project',
    `${fabrikam}/DefaultCollection/_git/web/pullrequest/7`,
    `services | ${fabrikam} | web | web | 7`,
  ],
  ['on visualstudio.com, short', `${fabrikam}/_git/web/pullrequest/7`, `services | ${fabrikam} | web | web | 7`],
  [
    'on visualstudio.com, bare',
    'fabrikam.visualstudio.com/Shop/_git/web/pullrequest/7',
    `services | ${fabrikam} | Shop | web | 7`,
  ],
  ['the REST resource', `${services}/Shop/_apis/git/repositories/web/pullRequests/7`, web],
  [
    'the REST resource by id',
    `${services}/_apis/git/repositories/${guid}/pullRequests/7?api-version=7.1`,
    `services | ${services} | - | ${guid} | 7`,
  ],
  [
    'what lies below the REST resource',
    `${services}/Shop/_apis/git/repositories/web/pullrequests/7/iterations/2/changes`,
    web,
  ],
  [
    'a Server',
    'https://tfs.contoso.local/Team%20Collection/Shop/_git/web/pullrequest/7',
    'server | https://tfs.contoso.local/Team%20Collection | Shop | web | 7',
  ],
  [
    'a Server with port and virtual directory',
    'http://tfs:8080/tfs/DefaultCollection/Shop/_git/web/pullrequest/7',
    'server | http://tfs:8080/tfs/DefaultCollection | Shop | web | 7',
  ],
  [
    'a Server with a virtual directory of its own',
    'https://server/devops/Stores/Shop/_git/web/pullrequest/7',
    'server | https://server/devops/Stores | Shop | web | 7',
  ],
  [
    'a Server with a virtual directory of its own, without the project',
    'https://server/devops/DefaultCollection/_git/web/pullrequest/7',
    'server | https://server/devops/DefaultCollection | web | web | 7',
  ],
  [
    'a Server without the project',
    'https://server/Stores/_git/web/pullrequest/7',
    'server | https://server/Stores | web | web | 7',
  ],
  [
    'a Server with tfs and without the project',
    'https://server/tfs/Stores/_git/web/pullrequest/7',
    'server | https://server/tfs/Stores | web | web | 7',
  ],
  [
    'a REST resource of a Server',
    `http://localhost:7080/contoso/_apis/git/repositories/${guid}/pullRequests/7`,
    `server | http://localhost:7080/contoso | - | ${guid} | 7`,
  ],
  [
    'a local Server',
    'http://localhost:7080/contoso/Shop/_git/web/pullrequest/1',
    'server | http://localhost:7080/contoso | Shop | web | 1',
  ],
  [
    'an address of the sixth kind',
    'https://[::1]:8080/c/Shop/_git/web/pullrequest/1',
    'server | https://[::1]:8080/c | Shop | web | 1',
  ],
])('reads a pull request: %s', (_, text, expected) => {
  expect(read(text)).toBe(expected);
});

test.each([
  ['the repository\u2019s page', `${services}/Shop/_git/web?path=/readme.md`, web],
  ['a clone URL', 'https://contoso@dev.azure.com/contoso/Shop/_git/web', web],
  ['a clone URL that limits the fetch', `${services}/Shop/_git/_optimized/web`, web],
  ['an SSH remote', 'git@ssh.dev.azure.com:v3/contoso/Shop/web', web],
  [
    'an SSH remote with encoded names',
    'git@ssh.dev.azure.com:v3/contoso/My%20Shop/web',
    `services | ${services} | My Shop | web | 7`,
  ],
  ['an SSH remote as a URL', 'ssh://git@ssh.dev.azure.com/v3/contoso/Shop/web', web],
  ['an SSH remote with its port', 'ssh://git@ssh.dev.azure.com:22/v3/contoso/Shop/web', web],
  ['the old SSH remote', 'contoso@vs-ssh.visualstudio.com:v3/contoso/Shop/web', web],
  [
    'a Server\u2019s SSH remote',
    'ssh://tfs.contoso.local:22/Stores/Shop/_git/web',
    'server | https://tfs.contoso.local/Stores | Shop | web | 7',
  ],
  [
    'a Server\u2019s SSH remote with a user and a virtual directory',
    'ssh://ada@server:2222/tfs/DefaultCollection/My%20Shop/_ssh/web',
    'server | https://server/tfs/DefaultCollection | My Shop | web | 7',
  ],
  ['the same number twice', `${services}/Shop/_git/web/pullrequest/7`, web],
])('reads a pull request by its number and %s', (_, text, expected) => {
  expect(read(text, 7)).toBe(expected);
});

test.each([
  ['nothing', ' ', 'is empty'],
  ['a word', 'seven', 'no address of Azure DevOps'],
  ['another protocol', 'ftp://dev.azure.com/contoso/Shop/_git/web/pullrequest/7', 'no address of Azure DevOps'],
  ['another host\u2019s pull request', 'https://example.com/contoso/web/pull/7', 'names no pull request'],
  ['another host\u2019s remote', 'git@example.com:contoso/web.git', 'no SSH remote of Azure DevOps'],
  ['a broken SSH URL', 'ssh://git@ssh.dev.azure.com:v3/contoso/Shop/web', 'no SSH remote of Azure DevOps'],
  ['a remote with a part missing', 'git@ssh.dev.azure.com:v3/contoso/web', 'organization, project and repository'],
  ['a remote with a part too many', 'git@ssh.dev.azure.com:v3/contoso/Shop/web/more', 'more parts'],
  ['a remote with a password', 'ssh://git:s3cret@ssh.dev.azure.com/v3/contoso/Shop/web', 'carries a password'],
  ['a remote that is badly encoded', 'git@ssh.dev.azure.com:v3/contoso/50%/web', '%25'],
  ['an SSH remote without a number', 'git@ssh.dev.azure.com:v3/contoso/Shop/web', 'add --pull-request <number>'],
  ['a password', 'https://ada:s3cret@dev.azure.com/contoso/Shop/_git/web/pullrequest/7', 'carries a password'],
  ['bad encoding', `${services}/50%/_git/web/pullrequest/7`, '%25'],
  ['a slash in a name', `${services}/Shop%2FAdmin/_git/web/pullrequest/7`, 'not encoded correctly'],
  ['dots for a name', `${services}/Shop/_git/%2e%2e%2e/pullrequest/7`, 'not encoded correctly'],
  ['http on Services', 'http://dev.azure.com/contoso/Shop/_git/web/pullrequest/7', 'by https:// alone'],
  ['a port on Services', 'https://dev.azure.com:8443/contoso/Shop/_git/web/pullrequest/7', 'by https:// alone'],
  [
    'another service\u2019s host',
    'https://vssps.dev.azure.com/contoso/Shop/_git/web/pullrequest/7',
    'vssps.dev.azure.com is not',
  ],
  ['a host below an organization', 'https://a.b.visualstudio.com/Shop/_git/web/pullrequest/7', 'is not where'],
  ['no organization', 'https://dev.azure.com/', 'names no organization'],
  ['no collection', 'https://server/_git/web/pullrequest/7', 'https://server/collection/project/_git'],
  ['half a virtual directory', 'https://server/tfs/_git/web/pullrequest/7', 'names no collection'],
  ['a project', `${services}/Shop`, 'names no pull request'],
  ['a repository', `${services}/Shop/_git/web`, 'the repository web, but no pull request'],
  ['no repository', `${services}/Shop/_git/`, 'names no repository'],
  ['the list of pull requests', `${services}/Shop/_git/web/pullrequests?_a=mine`, 'list of pull requests'],
  ['a pull request to be', `${services}/Shop/_git/web/pullrequestcreate?sourceRef=a`, 'not created yet'],
  ['no number', `${services}/Shop/_git/web/pullrequest/`, 'a number should follow'],
  ['a number of nothing', `${services}/Shop/_git/web/pullrequest/0`, 'a number should follow'],
  ['a number too large', `${services}/Shop/_git/web/pullrequest/2147483648`, 'a number should follow'],
  ['a word for a number', `${services}/Shop/_git/web/pullrequest/seven`, 'a number should follow'],
  ['a resource without repository', `${services}/_apis/git/pullrequests/7`, 'leaves out the repository'],
  ['a name where an id must be', `${services}/_apis/git/repositories/web/pullRequests/7`, "repository's id"],
  ['an unrelated resource', `${services}/_apis/build/builds/7`, 'names no pull request'],
])('says what is wrong with %s', (_, text, reason) => {
  const line = read(text);
  expect(line).toMatch(/^wrong: /);
  expect(line).toContain(reason);
  expect(line).not.toContain('s3cret');
  expect(line).toMatch(/[.]$/);
});

test('two different numbers are no number', () => {
  expect(read(`${services}/Shop/_git/web/pullrequest/7`, 8)).toContain(
    'names pull request 7, but --pull-request says 8',
  );
});

test('every form of a repository\u2019s address leads to the same place', () => {
  const forms = [
    `${services}/Shop/_git/web`,
    'https://contoso@dev.azure.com/contoso/Shop/_git/web',
    'git@ssh.dev.azure.com:v3/contoso/Shop/web',
    'contoso@vs-ssh.visualstudio.com:v3/contoso/Shop/web',
    `${services}/Shop/_apis/git/repositories/web`,
  ];
  const [first, ...others] = forms.map((form) => parseAzureDevOpsUrl(form));
  expect(first).toMatchObject({ ok: true, address: { base: services, project: 'Shop', repository: 'web' } });
  for (const other of others) expect(other).toEqual(first);
});

test.each([
  ['a project', `${services}/Shop`, `${services} | Shop | -`],
  ['a page of it', `${services}/My%20Shop/_boards/board`, `${services} | My Shop | -`],
  ['a project on visualstudio.com', `${fabrikam}/DefaultCollection/Shop`, `${fabrikam} | Shop | -`],
  ['a project as a resource', `${services}/_apis/projects/Shop?api-version=7.1`, `${services} | Shop | -`],
  ['a project of a Server', 'http://tfs:8080/tfs/Stores/Shop', 'http://tfs:8080/tfs/Stores | Shop | -'],
  ['a repository', `${services}/Shop/_git/web`, `${services} | Shop | web`],
  ['a repository short', `${services}/_git/web`, `${services} | web | web`],
  ['a pull request', `${services}/Shop/_git/web/pullrequest/7`, `${services} | Shop | web`],
  ['its SSH remote', 'git@ssh.dev.azure.com:v3/contoso/Shop/web', `${services} | Shop | web`],
  [
    'its settings page',
    `${services}/Shop/_settings/repositories?_a=policies&repo=${guid}`,
    `${services} | Shop | ${guid}`,
  ],
  ['the project\u2019s settings page', `${services}/Shop/_settings/repositories?_a=policies`, `${services} | Shop | -`],
])('reads a project or a repository: %s', (_, text, expected) => {
  const parsed = parseProjectAddress(text);
  const { base, project, repository } = parsed.ok ? parsed.address : {};
  expect([base, project, repository ?? '-'].join(' | ')).toBe(expected);
});

test.each([
  ['an organization', services],
  ['a collection', 'https://server/tfs/Stores'],
  ['a repository by its id alone', `${services}/_apis/git/repositories/${guid}`],
])('%s is no project', (_, text) => {
  expect(parseProjectAddress(text)).toMatchObject({ ok: false, reason: expect.stringContaining('names no project') });
});
