import { Failure } from '../core/failures';

import { connection } from './testing/samples';
import { AUTHENTIC, basic, createReceiver, SECRET } from './testing/receiver';

describe('bad credentials are refused before the body is read', () => {
  test.each<[string, string | null]>([
    ['no header', null],
    ['an empty header', ''],
    ['another scheme', `Bearer ${SECRET}`],
    ['another scheme with our credentials', AUTHENTIC.replace('Basic', 'Digest')],
    ['the scheme alone', 'Basic'],
    ['the scheme and a space', 'Basic '],
    ['no base64', 'Basic !!!!'],
    ['base64 with something in it', `${AUTHENTIC.slice(0, 12)} ${AUTHENTIC.slice(12)}`],
    ['base64 for URLs', basic(`a:${SECRET}???`).replace(/\+|\//g, '-')],
    ['two headers in one', `${AUTHENTIC}, ${AUTHENTIC}`],
    ['no colon', basic(SECRET)],
    ['no password', basic('portcullis:')],
    ['nothing but a colon', basic(':')],
    ['NUL', basic('portcullis:\u0000')],
    ['NUL behind the password', basic(`portcullis:${SECRET}\u0000`)],
    ['NUL before it', basic(`portcullis:\u0000${SECRET}`)],
    ['a wrong password', basic('portcullis:wrong')],
    ['its beginning', basic(`portcullis:${SECRET.slice(0, -1)}`)],
    ['more than it', basic(`portcullis:${SECRET}x`)],
    ['another case', basic(`portcullis:${SECRET.toUpperCase()}`)],
    ['a space behind it', basic(`portcullis:${SECRET} `)],
    ['a megabyte', basic(`portcullis:${'x'.repeat(1_000_000)}`)],
  ])('%s', async (_, authorization) => {
    const receiver = createReceiver();
    expect(await receiver.deliver({ authorization })).toBe(401);
    expect(receiver.bodiesRead()).toBe(0);
    expect(receiver.queue.recorded.sent).toEqual([]);
  });

  test.each<[string, string[]]>([
    ['no secret is set', []],
    ['an empty secret is set', ['']],
  ])('%s: nothing gets in', async (_, secrets) => {
    for (const password of [SECRET, '', ' ']) {
      expect(await createReceiver(secrets).deliver({ authorization: basic(`portcullis:${password}`) })).toBe(401);
    }
  });

  test('an unknown connection looks like a wrong password', async () => {
    const receiver = createReceiver();
    expect(await receiver.deliver({ connectionId: 'other' })).toBe(401);
    expect(receiver.bodiesRead()).toBe(0);
  });

  test("another connection's password is a wrong one", async () => {
    const receiver = createReceiver();
    receiver.secrets.rotateHookSecrets('other', ['other password']);
    expect(await receiver.deliver({ authorization: basic('portcullis:other password') })).toBe(401);
  });

  test('without credentials nothing is looked up, and what was given is not logged', async () => {
    const receiver = createReceiver();
    await receiver.deliver({ authorization: null });
    expect(receiver.wire.calls).toEqual([]);
    await receiver.deliver({ authorization: basic('portcullis:guess-1234') });
    expect(JSON.stringify(receiver.log.recorded.entries)).not.toMatch(/guess-1234|correct horse/);
  });
});

describe('good credentials', () => {
  test.each<[string, string]>([
    ['as Azure DevOps sends them', AUTHENTIC],
    ['with another user, who is no secret', basic(`somebody:${SECRET}`)],
    ['without a user', basic(`:${SECRET}`)],
    ['with the scheme in another case', AUTHENTIC.replace('Basic', 'bASIC')],
    ['with white space around them', `  ${AUTHENTIC} `],
  ])('%s', async (_, authorization) => {
    expect(await createReceiver().deliver({ authorization })).toBe(202);
  });

  test('a password may hold colons and letters of any alphabet', async () => {
    const secret = 'a:b:ß漢😀';
    expect(await createReceiver([secret]).deliver({ authorization: basic(`portcullis:${secret}`) })).toBe(202);
  });
});

describe('while the secret is rotated', () => {
  test('both are taken', async () => {
    const receiver = createReceiver(['new one', SECRET]);
    expect(await receiver.deliver()).toBe(202);
    expect(await receiver.deliver({ authorization: basic('portcullis:new one') })).toBe(202);
    expect(receiver.secrets.recorded.reads).not.toContain(`hook ${connection.id} fresh`);
  });

  test('a new one that the cache does not know is read past it, at once', async () => {
    const receiver = createReceiver();
    await receiver.deliver();
    receiver.secrets.rotateHookSecrets(connection.id, ['new one', SECRET]);
    expect(await receiver.deliver({ authorization: basic('portcullis:new one') })).toBe(202);
    expect(await receiver.deliver()).toBe(202);
  });

  test('a burst with the new one, before the cache knows it, shares one look and is let in as a whole', async () => {
    const receiver = createReceiver();
    await receiver.deliver();
    receiver.secrets.rotateHookSecrets(connection.id, ['new one', SECRET]);
    const authorization = basic('portcullis:new one');
    const answers = await Promise.all(Array.from({ length: 4 }, () => receiver.deliver({ authorization })));
    expect(answers).toEqual([202, 202, 202, 202]);
    expect(receiver.secrets.recorded.reads.filter((read) => read.endsWith('fresh'))).toHaveLength(1);
  });

  test('a right one is asked to come again, not refused, while the vault could not say', async () => {
    const receiver = createReceiver();
    await receiver.deliver();
    receiver.secrets.rotateHookSecrets(connection.id, ['new one', SECRET]);
    receiver.wire.meanwhile('secrets.readHookSecrets', () => {
      receiver.wire.fail('secrets.readHookSecrets', 'before', new Failure({ kind: 'unavailable', message: 'Down.' }));
    });
    const authorization = basic('portcullis:new one');
    expect(await receiver.deliver({ authorization })).toBe(503);
    receiver.clock.advance(9);
    expect(await receiver.deliver({ authorization })).toBe(503);
    expect(await receiver.deliver()).toBe(202);
    receiver.clock.advance(1);
    expect(await receiver.deliver({ authorization })).toBe(202);
  });

  test('a flood of wrong ones reads the vault at most every ten seconds, each connection by itself', async () => {
    const receiver = createReceiver();
    const freshReads = (): number => receiver.secrets.recorded.reads.filter((read) => read.endsWith('fresh')).length;
    const guess = { authorization: basic('portcullis:guess') };
    for (let index = 0; index < 50; index += 1) expect(await receiver.deliver(guess)).toBe(401);
    expect(freshReads()).toBe(1);
    receiver.clock.advance(9);
    expect(await receiver.deliver(guess)).toBe(401);
    expect(freshReads()).toBe(1);
    receiver.clock.advance(1);
    receiver.secrets.rotateHookSecrets(connection.id, ['new one']);
    expect(await receiver.deliver({ authorization: basic('portcullis:new one') })).toBe(202);
    expect(freshReads()).toBe(2);
    receiver.connections.put({ ...connection, id: 'other', name: 'other' });
    expect(await receiver.deliver({ ...guess, connectionId: 'other' })).toBe(401);
    expect(freshReads()).toBe(3);
  });
});
