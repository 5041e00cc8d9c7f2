import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const attributes = z.object({
  enabled: z.boolean(),
  created: z.number(),
  updated: z.number(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
});

const secretVersion = z.object({
  version: z.string(),
  value: z.string(),
  contentType: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  attributes,
});

const secret = z.object({
  name: z.string(),
  /** Oldest first; the last one is current. */
  versions: z.array(secretVersion).min(1),
  /** Unix seconds; present once the secret is deleted and can still be recovered. */
  deletedDate: z.number().optional(),
});

const file = z.object({ secrets: z.array(secret) });

export type SecretVersion = z.infer<typeof secretVersion>;
export type Secret = z.infer<typeof secret>;

/** What a caller may set; absent members keep their value on update. Times are unix seconds. */
export const secretChange = z.object({
  contentType: z.string().nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
  attributes: z
    .object({ enabled: z.boolean().nullish(), exp: z.number().nullish(), nbf: z.number().nullish() })
    .nullish(),
});
export type SecretChange = z.infer<typeof secretChange>;

export interface SecretStore {
  /** Present or deleted, by its name without regard to case. */
  find(name: string): Secret | undefined;
  /** Sorted by name. */
  all(): Secret[];
  addVersion(name: string, value: string, change: SecretChange): { secret: Secret; version: SecretVersion };
  update(version: SecretVersion, change: SecretChange): void;
  setDeleted(secret: Secret, deleted: boolean): void;
  purge(secret: Secret): void;
}

const unixSeconds = (): number => Math.floor(Date.now() / 1000);

function applyChange(version: SecretVersion, change: SecretChange): void {
  if (change.contentType != null) version.contentType = change.contentType;
  if (change.tags != null) version.tags = change.tags;
  const { enabled, exp, nbf } = change.attributes ?? {};
  if (enabled != null) version.attributes.enabled = enabled;
  if (exp != null) version.attributes.exp = exp;
  if (nbf != null) version.attributes.nbf = nbf;
}

/**
 * The vault's contents: in memory, and in `<dataDirectory>/key-vault.json` (readable by its owner only) when a
 * directory is given. Each change is written at once, by rename, so that a killed process loses nothing.
 */
export function openSecretStore(dataDirectory?: string): SecretStore {
  const path = dataDirectory === undefined ? undefined : join(dataDirectory, 'key-vault.json');
  if (dataDirectory !== undefined) mkdirSync(dataDirectory, { recursive: true });
  const secrets = new Map<string, Secret>();
  if (path !== undefined && existsSync(path)) {
    for (const one of file.parse(JSON.parse(readFileSync(path, 'utf8'))).secrets) {
      secrets.set(one.name.toLowerCase(), one);
    }
  }

  const all = (): Secret[] => [...secrets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const save = (): void => {
    if (path === undefined) return;
    const temporary = `${path}.new`;
    writeFileSync(temporary, JSON.stringify({ secrets: all() }, undefined, 2), { mode: 0o600 });
    // A file left by a killed process keeps its old mode, whatever writeFileSync is told.
    chmodSync(temporary, 0o600);
    renameSync(temporary, path);
  };

  return {
    find: (name) => secrets.get(name.toLowerCase()),
    all,
    addVersion(name, value, change) {
      const created = unixSeconds();
      const version: SecretVersion = {
        version: randomBytes(16).toString('hex'),
        value,
        attributes: { enabled: true, created, updated: created },
      };
      applyChange(version, change);
      const known = secrets.get(name.toLowerCase());
      const changed = known ?? { name, versions: [] };
      changed.versions.push(version);
      secrets.set(name.toLowerCase(), changed);
      save();
      return { secret: changed, version };
    },
    update(version, change) {
      applyChange(version, change);
      version.attributes.updated = unixSeconds();
      save();
    },
    setDeleted(changed, deleted) {
      if (deleted) changed.deletedDate = unixSeconds();
      else delete changed.deletedDate;
      save();
    },
    purge(changed) {
      secrets.delete(changed.name.toLowerCase());
      save();
    },
  };
}
