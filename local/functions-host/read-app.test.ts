import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readApp } from './read-app';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'app-'));
  writeFileSync(join(directory, 'package.json'), '{ "main": "main.js" }');
  writeFileSync(join(directory, 'main.js'), '');
});
afterEach(() => rmSync(directory, { recursive: true }));

const hostJson = (extensions: object): void =>
  writeFileSync(join(directory, 'host.json'), JSON.stringify({ version: '2.0', extensions }));

test('what host.json leaves out has the defaults of Azure', () => {
  hostJson({});
  expect(readApp(directory, {})).toMatchObject({
    main: join(directory, 'main.js'),
    isModule: false,
    routePrefix: 'api',
    serviceBus: {
      maxConcurrentSessions: 8,
      sessionIdleTimeout: 60_000,
      maxAutoLockRenewalDuration: 300_000,
      autoCompleteMessages: true,
    },
  });
});

test('host.json is read, and settings override it', () => {
  hostJson({
    http: { routePrefix: '' },
    serviceBus: {
      maxConcurrentSessions: 16,
      sessionIdleTimeout: '00:00:02',
      maxAutoLockRenewalDuration: '1.02:03:04.5',
    },
  });
  const settings = {
    AzureFunctionsJobHost__extensions__serviceBus__maxConcurrentSessions: '3',
    AzureFunctionsJobHost__extensions__serviceBus__autoCompleteMessages: 'false',
    AzureFunctionsJobHost__logging__logLevel__default: 'Debug',
    Other: 'x',
  };
  expect(readApp(directory, settings)).toMatchObject({
    routePrefix: '',
    logLevels: { default: 'Debug' },
    serviceBus: {
      maxConcurrentSessions: 3,
      sessionIdleTimeout: 2_000,
      maxAutoLockRenewalDuration: 93_784_500,
      autoCompleteMessages: false,
    },
  });
});

test('a duration or a version that is none is said with its place', () => {
  hostJson({ serviceBus: { sessionIdleTimeout: '2s' } });
  expect(() => readApp(directory, {})).toThrow(/'2s' is no duration[^]*sessionIdleTimeout/);
  writeFileSync(join(directory, 'host.json'), '{ "version": "1.0" }');
  expect(() => readApp(directory, {})).toThrow(/host\.json is not valid/);
  writeFileSync(join(directory, 'host.json'), '{');
  expect(() => readApp(directory, {})).toThrow(/host\.json is not JSON/);
});
