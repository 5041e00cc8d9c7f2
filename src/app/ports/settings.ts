/** Whose settings a document is. Ids only: names change. */
export type SettingsScope =
  | { kind: 'connection'; connectionId: string }
  | { kind: 'project'; connectionId: string; projectId: string }
  | { kind: 'repository'; connectionId: string; repositoryId: string };

/** One saved version of a scope's settings. */
export interface SettingsVersion {
  /** Counts from 1 within the scope; 0 for a present one that was written past the history (by a former release, or by
   * hand): the history gives it its number. */
  version: number;
  /** As it was saved: parsed, not validated. Undefined when it is deleted or unreadable. */
  document: unknown;
  /** Why there is no document although somebody saved one, and what to do: ends a sentence that names the document. */
  unreadable?: string;
  /** It is unreadable because a newer release wrote its row: earlier versions may count until that release is back. */
  isNewer?: true;
  /** What `schemaVersion` a document has that says none: that of the release which saved it. Absent where it is not known. */
  documentSchemaVersion?: number;
  isDeleted: boolean;
  /** By the store's clock. */
  savedAt: Date;
  /** Empty where it is not known. */
  savedBy: string;
  note: string;
}

export interface SettingsDocument extends SettingsVersion {
  etag: string;
}

export interface SettingsStore {
  /** The present version. Undefined when nothing was ever saved; a deleted one is returned. */
  read(scope: SettingsScope): Promise<SettingsDocument | undefined>;
  /**
   * Saves a new version; without a document, one that says that it is deleted. `expectedEtag` null = there must be none
   * yet. Returns false when somebody else was faster.
   */
  save(
    scope: SettingsScope,
    document: unknown,
    by: { savedBy: string; note?: string; documentSchemaVersion?: number },
    expectedEtag: string | null,
  ): Promise<boolean>;
  /** Newest first, the present one included, 20 at most. */
  history(scope: SettingsScope): Promise<SettingsVersion[]>;
  /** The present versions of all scopes of a connection, deleted ones too. */
  readAll(connectionId: string): Promise<(SettingsDocument & { scope: SettingsScope })[]>;
  /** The scopes of a connection of which something was ever saved. */
  list(connectionId: string): Promise<{ scope: SettingsScope; isDeleted: boolean; etag: string }[]>;
}
