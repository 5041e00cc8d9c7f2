import { connectedText, type Connected } from './connect-command';

const url = 'https://dev.azure.com/contoso';
const connected = (keepsSettings: boolean): Connected => ({
  connection: {
    id: 'connection-0123456789ab',
    name: 'contoso',
    url,
    publicUrl: 'https://gate.example',
    credential: { kind: 'managedIdentity' },
  },
  test: { url, ok: true, account: null, lines: [] },
  keepsSettings,
});
const words = (text: string): string => text.replace(/\s+/g, ' ');

test('a new connection is said to be in the phase that was asked for', () => {
  expect(words(connectedText(connected(false), url, 'shadow'))).toContain('It is in phase shadow');
  expect(words(connectedText(connected(false), url, 'enforce'))).not.toMatch(/phase/);
});

test('of one whose settings are still there nobody is told that it blocks nothing', () => {
  const text = words(connectedText(connected(true), url, 'shadow'));
  expect(text).not.toContain('phase shadow');
  expect(text).toContain('are still there, and count, its phase too: portcullis settings get --connection contoso');
});
