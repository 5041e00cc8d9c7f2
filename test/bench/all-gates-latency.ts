import { repositoryOfAllGates } from '../support/all-gates';
import { startTestEnvironment } from '../support/local-environment';

import { nothingLeft, queueIsQuiet } from './quiet';
import { atMost, shown, type Section } from './report';
import { median } from './statistics';
import { freshWorker, judgeOpened, type Judged } from './verdict-latency';

const FILES = 100;
const WARM_ROUNDS = 3;
const TRIPS = 8;
/** So many at once keep the simulator busy: what follows what shows only if each trip takes far longer than that. */
const ROUND_TRIP_MS = 500;

/** Verdicts with every gate on; an environment of their own, as the sweeps of the other one count its pull requests. */
export async function measureAllGates(): Promise<Section> {
  const environment = await startTestEnvironment();
  try {
    const { repository, prepare } = await repositoryOfAllGates(environment);
    await nothingLeft(environment);
    await freshWorker(environment);
    await environment.control('POST', 'latency', { ms: ROUND_TRIP_MS });
    const rounds: Judged[] = [];
    for (let round = 0; round <= WARM_ROUNDS; round += 1) {
      const open = await prepare(`feature/round-${round}`, FILES);
      rounds.push(await judgeOpened(environment, repository.pulls, open));
      await queueIsQuiet(environment);
      // Groups are remembered for a minute.
      await environment.control('POST', 'clock', { advanceSeconds: 61 });
      await queueIsQuiet(environment);
    }
    const [cold, ...warm] = rounds;
    if (cold?.isCold !== true || warm.some(({ isCold }) => isCold))
      throw new Error('The first verdict of a process, and no other, was to be cold.');
    const trips = (of: readonly Judged[]): number => Math.max(...of.map((each) => each.trips));
    const others = (how: string, of: readonly Judged[]) => [
      shown(`${how}: requests`, Math.max(...of.map(({ requests }) => requests))),
      shown(`${how}: opened to status`, median(of.map(({ milliseconds }) => milliseconds)), 'ms'),
    ];
    return {
      title: 'Verdict with all gates',
      how: `Every gate there is blocks, and reads all it can: owners and approvals by groups, the template, fields and parents of work items, policies, another pull request, the distance to the target branch; a reviewer is added. Each trip to Azure DevOps takes ${ROUND_TRIP_MS} ms. Cold: the first verdict of a process.`,
      figures: [
        atMost(`warm, ${FILES} files: sequential round trips`, trips(warm), TRIPS),
        ...others(`warm, ${FILES} files`, warm),
        shown(`cold, ${FILES} files: sequential round trips`, trips([cold])),
        ...others(`cold, ${FILES} files`, [cold]),
      ],
    };
  } finally {
    await environment.stop();
  }
}
