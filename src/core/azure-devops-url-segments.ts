/** A value, or a sentence that says why there is none. */
export type Parsed<Address> = { ok: true; address: Address } | { ok: false; reason: string };

export function wrong(reason: string): { ok: false; reason: string } {
  return { ok: false, reason };
}

/** The parts of a path, decoded; undefined where they cannot be, or hold what no name can. */
export function decodeSegments(pathname: string): string[] | undefined {
  const decoded: string[] = [];
  for (const segment of pathname.split('/')) {
    if (segment === '') continue;
    try {
      decoded.push(decodeURIComponent(segment));
    } catch {
      return undefined;
    }
  }
  // A name with a slash, or of dots alone, would lead somewhere else when it is put into a path again.
  return decoded.some((segment) => /[/\\\p{Cc}]|^\.+$/u.test(segment)) ? undefined : decoded;
}

/** Segments as a path, each with a slash in front. */
export function encodedPath(segments: readonly string[]): string {
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
}
