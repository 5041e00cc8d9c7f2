export const stricterNote =
  'The column *stricter* says which way a value may still be changed under a lock, for words from the loosest to the strictest; – means not at all.';

export function generatedFrom(source: string): string {
  return `<!-- Written by \`npm run generate\` from ${source}: edit that instead. -->`;
}

/** Parts of a page, one below the other; empty ones are left out. */
export function page(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

export function bullets(entries: readonly string[]): string {
  return entries.map((entry) => `- ${entry}`).join('\n');
}
