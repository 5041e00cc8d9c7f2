import { LRUCache } from 'lru-cache';

import type { AzureDevOps, Clock, GroupRead } from './ports';

const MOST_GROUPS = 500;
/** Who leaves a group is noticed so much later at the most; a sweep over many pull requests asks once. */
const REMEMBERED_MS = 60_000;

/** The members of a group are read once a minute per door, however many pull requests ask for them. */
export function rememberGroups(azureDevOps: AzureDevOps, clock: Clock): AzureDevOps {
  const groups = new LRUCache<string, { askedAt: number; reading: Promise<GroupRead> }>({ max: MOST_GROUPS });
  return {
    ...azureDevOps,
    readGroup(name) {
      const now = clock.now().getTime();
      const known = groups.get(name);
      const age = known ? now - known.askedAt : Infinity;
      if (known && age >= 0 && age < REMEMBERED_MS) return known.reading;
      const reading = azureDevOps.readGroup(name);
      groups.set(name, { askedAt: now, reading });
      // Who is refused asks again at once: an administrator may be mending it.
      reading.catch(() => groups.delete(name));
      return reading;
    },
  };
}
