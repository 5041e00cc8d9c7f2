import { LOGO_PNG, LOGO_SVG } from './logo';

test('the picture is a square PNG, and small', () => {
  const bytes = Buffer.from(LOGO_PNG);
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\u0089PNG\r\n\u001a\n');
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([256, 256]);
  expect(bytes.subarray(-8, -4).toString('latin1')).toBe('IEND');
  expect(bytes.length).toBeLessThan(20_000);
});

test('the drawing stands by itself', () => {
  expect(LOGO_SVG).toMatch(/^<svg [^>]*viewBox="0 0 256 256">[^]*<\/svg>$/);
  expect(LOGO_SVG.replace(/xmlns="[^"]*"/, '')).not.toMatch(/http|script/);
});
