const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** Those that show nothing, or a blank, in lower case. */
const BLANK = new Set(
  (
    'nbsp shy zwj zwnj lrm rlm ensp emsp emsp13 emsp14 numsp puncsp thinsp hairsp tab newline nobreak nonbreakingspace ' +
    'mediumspace thickspace thinspace verythinspace hairspace zerowidthspace negativemediumspace negativethickspace ' +
    'negativethinspace negativeverythinspace invisibletimes invisiblecomma applyfunction af it ic'
  ).split(' '),
);
const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,24}\d{0,2}));/gi;

/** Text with what HTML writes as `&lt;` or `&#8203;` in place; what is none of those stays as it is. */
export function decodeEntities(text: string): string {
  return text.replace(ENTITY, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return BLANK.has(name.toLowerCase()) ? '\u00A0' : (NAMED[name.toLowerCase()] ?? whole);
    const point = decimal === undefined ? parseInt(hexadecimal ?? '', 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
