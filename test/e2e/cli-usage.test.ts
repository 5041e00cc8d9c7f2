import { version } from '../../package.json';
import { portcullis } from '../support/command';

test.each([[['--help']], [[]], [['settings']], [['policy']], [['test', '--help']], [['help', 'settings']]])(
  'portcullis %j tells how it is called, and is no mistake',
  async (args) => {
    const { code, stdout, stderr } = await portcullis(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Usage: portcullis/);
  },
);

test('its version is the package’s', async () => {
  expect(await portcullis(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.each([
  [['setings'], 'Did you mean settings?'],
  [['settings', 'gett'], 'Did you mean get?'],
  [['policy', 'status'], "missing required argument 'url'"],
  [['--nope'], "unknown option '--nope'"],
])('portcullis %j is a mistake: 2, told on standard error', async (args, told) => {
  const { code, stdout, stderr } = await portcullis(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(told);
});
