import type { FieldShape } from '../../core/forget-person';
import type { KnownName } from '../../core/person';

/** A column that may name a person, and what forgetting them does: a pseudonym instead, the row away, or nothing. */
export interface PersonalField {
  column: string;
  shape: FieldShape;
  forget: 'replace' | 'delete' | 'keep';
  /** What it says, for people. */
  what: string;
}

/** A row with what it says in its personal columns. */
export interface PersonalRow {
  table: string;
  /** Its keys, for people who look for it: `contoso/version_connection_0000000003`. */
  row: string;
  connectionId: string | null;
  /** When what it says was said. */
  at: Date | null;
  texts: readonly (PersonalField & { text: string })[];
  /** Somebody else is about to write it. */
  isUnderWay: boolean;
  /** A grant to a group or an application: it is of nobody. */
  isOfNobody: boolean;
  /** Puts other texts into columns; false when somebody else was faster, or it is gone. */
  rewrite(texts: Readonly<Record<string, string>>): Promise<boolean>;
  remove(): Promise<void>;
}

export interface PersonalRows {
  /** By which rows people are known: ids and names that stand side by side. */
  known(): Promise<KnownName[]>;
  /** The tables that may name people, in the order in which they are to be worked through. */
  tables: readonly string[];
  /** Some rows of a table, and where the next ones begin. */
  read(table: string, from: string | undefined): Promise<{ rows: PersonalRow[]; next: string | undefined }>;
  /** What pseudonyms are made with: the same for ever. */
  readKey(): Promise<string>;
}
