import { createFakeLog } from '../testing/fake-stores';

import { lookAtPart, type Part } from './look-at-part';

const where = { connection: 'contoso', project: null };
const part = (look: Part['look'], isAccess?: true): Part => ({
  check: 'hooks',
  where,
  asks: 'whether hooks are there.',
  ...(isAccess ? { isAccess } : {}),
  look,
});

test('a part that never ends is a line, in time', async () => {
  const log = createFakeLog();
  const never = new Promise<never>(() => undefined);
  const message = 'It could not be learnt whether hooks are there. It took longer than 0.02 s.';
  expect(
    await lookAtPart(
      part(() => never),
      log.port,
      0.02,
    ),
  ).toEqual([{ check: 'hooks', state: 'warning', message, where, isUnknown: true }]);
});

test('of what nobody foresaw, the log has the innards and the line has not; where access is looked at, it is broken', async () => {
  const log = createFakeLog();
  const failing = () => Promise.reject(new TypeError('x is undefined'));
  const sentence = 'Something went wrong in Portcullis; its log says what.';
  expect(await lookAtPart(part(failing), log.port)).toMatchObject([
    { state: 'warning', message: `It could not be learnt whether hooks are there. ${sentence}`, isUnknown: true },
  ]);
  expect(log.recorded.entries).toMatchObject([
    { level: 'error', fields: { check: 'hooks', reason: 'x is undefined' } },
  ]);
  expect(await lookAtPart(part(failing, true), log.port)).toMatchObject([{ state: 'broken', message: sentence }]);
});

test('a finding says which project it is about, and may be of another check', async () => {
  const look = () => Promise.resolve([{ state: 'ok', message: 'Fine.', project: 'Shop', check: 'policy' } as const]);
  expect(await lookAtPart(part(look), createFakeLog().port)).toEqual([
    { check: 'policy', state: 'ok', message: 'Fine.', where: { connection: 'contoso', project: 'Shop' } },
  ]);
});
