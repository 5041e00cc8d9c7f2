/** What the bundle is built for, and what engines of its package says; npm installs it under an older one all the same. */
const OLDEST_NODE = 22;

/** Why this Node cannot run the command: else some commands would work, and others fail in the middle without a sentence. */
export function nodeProblem(version: string): string | undefined {
  if (Number(version.split('.')[0]) >= OLDEST_NODE) return undefined;
  return `portcullis needs Node ${OLDEST_NODE} or newer, and runs on ${version}: node --version says which one is found first; https://nodejs.org has newer ones.`;
}
