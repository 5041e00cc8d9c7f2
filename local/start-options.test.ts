import { parseStart } from './start-options';

const ports = { portcullis: 7071, azureDevOps: 7080 };
const plain = { fresh: false, demo: true, unconnected: false, ports };

test.each<[string[], NodeJS.ProcessEnv, unknown]>([
  [[], {}, { kind: 'start', options: plain }],
  [['--fresh', '--no-demo'], {}, { kind: 'start', options: { ...plain, fresh: true, demo: false } }],
  [['--unconnected'], { PORTCULLIS_PORT: '' }, { kind: 'start', options: { ...plain, unconnected: true } }],
  [
    [],
    { PORTCULLIS_PORT: '7171', AZURE_DEVOPS_PORT: '0' },
    { kind: 'start', options: { ...plain, ports: { portcullis: 7171, azureDevOps: 0 } } },
  ],
  [['-h'], {}, { kind: 'help' }],
  [['--help', '--fresh'], { PORTCULLIS_PORT: 'x' }, { kind: 'help' }],
  [
    [],
    { AZURE_DEVOPS_PORT: '70000' },
    { kind: 'mistake', sentence: 'AZURE_DEVOPS_PORT is 70000; it takes a port number.' },
  ],
])('npm start -- %j with %j', (args, variables, asked) => {
  expect(parseStart(args, variables)).toEqual(asked);
});

test('an unknown option is a mistake, and nothing is started', () => {
  expect(parseStart(['--frehs'], {})).toMatchObject({
    kind: 'mistake',
    sentence: expect.stringContaining("'--frehs'"),
  });
});
