import { Hono } from 'hono';

import type { VaultTerms } from '../app/read-only-secrets';

import { needs } from './guard';

interface Dependencies {
  vault: VaultTerms;
}

/** What the portcullis command has to know of this deployment before it hands a secret to anybody. */
export function deploymentRoutes({ vault: { url, writesSecrets } }: Dependencies): Hono {
  const api = new Hono();
  api.get('/deployment', needs('signed-in'), (context) => context.json({ writesSecrets, vaultUrl: url }));
  return api;
}
