import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

const CELLS = 5;
const CELL = 8;
const BORDER = 4;
const SIDE = CELLS * CELL + 2 * BORDER;
const PAPER = [0xf4, 0xf4, 0xf4] as const;

/** A picture that nobody uploaded: a pattern of the identity's own, the same in each half, as a PNG. */
export function pictureOf(id: string): Buffer {
  const hash = createHash('sha256').update(id).digest();
  const byte = (index: number): number => hash[index] ?? 0;
  const ink = [byte(0) & 0xbf, byte(1) & 0xbf, byte(2) & 0xbf];
  const isInked = (x: number, y: number): boolean => {
    const [column, row] = [Math.floor((x - BORDER) / CELL), Math.floor((y - BORDER) / CELL)];
    if (column < 0 || row < 0 || column >= CELLS || row >= CELLS) return false;
    return byte(3 + row * 3 + Math.min(column, CELLS - 1 - column)) % 2 === 1;
  };
  const rows = Array.from({ length: SIDE }, (_, y) => [
    0, // No filter.
    ...Array.from({ length: SIDE }, (_, x) => (isInked(x, y) ? ink : PAPER)).flat(),
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIDE, 0);
  header.writeUInt32BE(SIDE, 4);
  header.set([8, 2], 8); // 8 bits for each of red, green and blue.
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from(rows.flat()))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
