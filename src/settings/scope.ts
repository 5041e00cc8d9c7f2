/** From wide to narrow: what a narrower scope says overrides what a wider one says. */
export const scopes = ['deployment', 'connection', 'project', 'repository', 'file'] as const;

export type Scope = (typeof scopes)[number];

/** What people call the settings of a scope. */
export const scopeNames: Record<Scope, string> = {
  deployment: 'deployment defaults',
  connection: 'connection settings',
  project: 'project settings',
  repository: 'repository settings',
  file: '.portcullis.yaml',
};

export interface ScopedDocument {
  scope: Scope;
  /** As it was saved; it need not be valid. */
  document: unknown;
}
