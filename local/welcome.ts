export interface Started {
  /** `http://localhost:7080/contoso` */
  organizationUrl: string;
  /** `http://localhost:7071`: nothing is served there to look at, so it is named for the hooks alone. */
  portcullisUrl: string;
  /** Undefined = nothing was connected now. */
  connectionId: string | undefined;
  /** Names of what an earlier start connected, where this one connects nothing. */
  connectedBefore: readonly string[];
  demoPage: string | undefined;
}

/** What `npm start` prints when all is up: what to open, and commands that work as they stand here. */
export function welcome({ organizationUrl, portcullisUrl, connectionId, connectedBefore, demoPage }: Started): string {
  const repository = `${organizationUrl}/Shop/_git/web`;
  const pages = [
    ...(demoPage === undefined ? [] : [['Demo pull request', demoPage]]),
    ['Azure DevOps (simulated)', organizationUrl],
  ];
  const open = pages.map(([name = '', url = '']) => `  ${`${name}:`.padEnd(26)}${url}`);
  const connected = connectionId === undefined ? [] : connectedCommands(repository, demoPage);
  const hooks =
    connectionId === undefined
      ? notConnected(connectedBefore, repository)
      : `Service hooks are posted to ${portcullisUrl}/api/service-hooks/${connectionId}`;
  return [
    '',
    'Open in a browser',
    '',
    ...open,
    '',
    'Try it from another terminal: as Ada Author, whose password is her PAT,',
    '',
    `  git clone ${repository.replace('http://', 'http://author:author-pat@')}`,
    ...connected,
    '',
    hooks,
    'Ctrl-C stops everything; .local keeps what was done, npm start -- --fresh forgets it.',
    '',
  ].join('\n');
}

function connectedCommands(repository: string, demoPage: string | undefined): string[] {
  return [
    ...(demoPage === undefined ? [] : [`  AZURE_DEVOPS_PAT=author-pat npx portcullis evaluate ${demoPage}`]),
    '',
    'or as Olga Admin, from this folder:',
    '',
    '  npx portcullis settings get',
    `  AZURE_DEVOPS_PAT=admin-pat npx portcullis policy status ${repository}`,
  ];
}

function notConnected(before: readonly string[], repository: string): string {
  return before.length === 0
    ? [
        'No organization is connected: nothing is judged. As Olga Admin, from this folder, connect it:',
        '',
        `  PORTCULLIS_PAT=bot-pat npx portcullis connect ${repository} --phase enforce`,
        '',
        'It says what comes next.',
      ].join('\n')
    : `${before.join(' and ')} stays connected from an earlier start; npm start -- --fresh --unconnected begins without.`;
}
