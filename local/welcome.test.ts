import { welcome, type Started } from './welcome';

const organizationUrl = 'http://localhost:7080/contoso';
const demoPage = `${organizationUrl}/Shop/_git/web/pullrequest/1`;
const started: Started = {
  organizationUrl,
  portcullisUrl: 'http://localhost:7071',
  connectionId: 'connection-1',
  connectedBefore: [],
  demoPage,
};

test('what is to be opened has a page, and each command is told to whom it belongs', () => {
  const [pages = '', author = '', admin = ''] = welcome(started).split(/as Ada Author|as Olga Admin/);
  expect(pages).toContain(demoPage);
  expect(pages).not.toContain('7071');
  expect(author).toContain(`AZURE_DEVOPS_PAT=author-pat npx portcullis evaluate ${demoPage}`);
  expect(author).not.toContain('settings');
  expect(admin).toContain('npx portcullis settings get');
  expect(admin).toContain(`AZURE_DEVOPS_PAT=admin-pat npx portcullis policy status ${organizationUrl}/Shop/_git/web`);
});

test('without a demo nothing is said of one', () => {
  const text = welcome({ ...started, demoPage: undefined });
  expect(text).not.toMatch(/[Dd]emo|evaluate|undefined/);
});

test.each([
  [[], `PORTCULLIS_PAT=bot-pat npx portcullis connect ${organizationUrl}/Shop/_git/web --phase enforce`],
  [['contoso'], 'contoso stays connected from an earlier start; npm start -- --fresh --unconnected begins without.'],
])('unconnected, with %j connected before', (connectedBefore, sentence) => {
  const text = welcome({ ...started, connectionId: undefined, demoPage: undefined, connectedBefore });
  expect(text).toContain(sentence);
  expect(text).not.toContain('settings get');
});
