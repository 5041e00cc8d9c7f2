import { connection } from '../../src/app/testing/samples';
import { startShop, type Shop } from '../azure-devops-shop';
import { grantAllProjects, hookOperations } from '../support/hook-operations';

import { serveParent } from './child-side';
import { atMost, exactly, shown, type Figure, type Section } from './report';

const ROUND_TRIP_MS = 50;
const REPOSITORIES = 1_000;
const SECONDS = 30;
/** As the simulator makes them: rather few; and as many as there are teams. */
const PROJECTS = [3, 250];

async function measure(): Promise<Section[]> {
  const figures: Figure[] = [];
  for (const gitProjects of PROJECTS) {
    const shop = await startShop();
    try {
      figures.push(...(await measureWith(shop, gitProjects)));
    } finally {
      await shop.stop();
    }
  }
  return [
    {
      title: `Service hooks of ${REPOSITORIES.toLocaleString('en-US')} repositories`,
      how: `The operation of hooks sync through the door to Azure DevOps, ${ROUND_TRIP_MS} ms for each request; the account has rights on each project by itself, so that each has its own four subscriptions. A password that is new is waited with, once, until every endpoint knows it; that is not work.`,
      figures,
    },
  ];
}

async function measureWith(shop: Shop, gitProjects: number): Promise<Figure[]> {
  await shop.control('POST', 'organization', { repositories: REPOSITORIES, gitProjects, pullRequests: 0 });
  await grantAllProjects(shop);
  const operations = hookOperations(shop, { ...connection, url: shop.url, publicUrl: 'http://127.0.0.1:9' });
  await shop.control('POST', 'latency', { ms: ROUND_TRIP_MS });
  const first = await operations.sync();
  const second = await operations.sync();
  const what = (which: string): string => `${gitProjects} projects, ${which} sync`;
  return [
    atMost(what('first'), first.seconds, SECONDS, 's', 1),
    shown(`${what('first')}, requests`, first.requests.length),
    shown(`${what('first')}, subscriptions`, first.writes.length),
    shown(`${what('first')}, waited with the new password`, first.waitedSeconds, 's'),
    atMost(what('second'), second.seconds, SECONDS, 's', 1),
    shown(`${what('second')}, requests`, second.requests.length),
    exactly(`${what('second')}, writes`, second.writes.length, 0),
  ];
}

serveParent({}, measure);
