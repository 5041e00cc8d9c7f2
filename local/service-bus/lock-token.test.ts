import { bytesToUuid, tagToToken, tokenToTag, uuidToBytes } from './lock-token';

const token = '00112233-4455-6677-8899-aabbccddeeff';

test('a tag has the bytes of its token in the order of a .NET Guid', () => {
  expect(tokenToTag(token).toString('hex')).toBe('33221100554477668899aabbccddeeff');
  expect(tagToToken(tokenToTag(token))).toBe(token);
});

test('elsewhere a token travels in the order in which it is written', () => {
  expect(uuidToBytes(token).toString('hex')).toBe('00112233445566778899aabbccddeeff');
  expect(bytesToUuid(uuidToBytes(token))).toBe(token);
});
