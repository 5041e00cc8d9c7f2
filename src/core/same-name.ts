/** Names of labels, tags, types and states are the same to Azure DevOps whatever their case. */
export function isSameName(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

/** Each name once, however it is spelt. */
export function distinctNames(names: readonly string[]): string[] {
  return names.filter((name, index) => names.findIndex((other) => isSameName(other, name)) === index);
}
