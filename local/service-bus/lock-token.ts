/** The places of a uuid's bytes in .NET's Guid layout, which delivery tags have; the swap is its own inverse. */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/** The 16 bytes of a uuid in the order in which it is written. */
export function uuidToBytes(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

export function bytesToUuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** A lock token travels as the delivery tag, in .NET's byte order. */
export function tokenToTag(token: string): Buffer {
  const bytes = uuidToBytes(token);
  return Buffer.from(GUID_ORDER.map((place) => bytes.readUInt8(place)));
}

export function tagToToken(tag: Buffer): string {
  return bytesToUuid(Buffer.from(GUID_ORDER.map((place) => tag.readUInt8(place))));
}
