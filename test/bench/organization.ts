import { SWEEP_MINUTES } from '../../src/app/enqueue-sweeps';
import { COMPARED_WITHIN_MINUTES, MOST_LOOKS } from '../../src/app/choose-looks';
import { FULL_PAGE, PAGE } from '../../src/azure-devops/read-active-pull-requests';

import { atMost, shown, type Figure, type Section } from './report';

/** Requests to Azure DevOps, with those of the looks that an event leaves for later. */
export interface EventRequests {
  /** A pull request is opened. */
  opened: number;
  /** Hooks with something new. */
  pushed: number;
  /** A hook with nothing new, as of a vote. */
  nothingNew: number;
  commented: number;
  completed: number;
  /** A hook of another active pull request, because its target branch moved. */
  targetMoved: number;
  /** A sweep over `MEASURED_ACTIVE` pull requests of one project, without its looks. */
  sweep: number;
  /** One thorough look. */
  look: number;
}

/** So many active pull requests were in the one project over which a sweep was measured. */
export const MEASURED_ACTIVE = 100;

/** Assumed, not measured: a busy organization. Change these for yours. */
export const ORGANIZATION = {
  developers: 5_000,
  hoursADay: 8,
  pullRequestsPerDeveloperAndDay: 0.5,
  /** Of each pull request, after it was opened. */
  pushes: 4,
  comments: 8,
  votes: 3,
  /** Working days that a pull request is active. */
  daysActive: 2,
  projects: 50,
  /** The active pull requests of each have the same target branch. */
  repositories: 500,
  /** The busiest five minutes of a day against its average. */
  busiest: 3,
};

/** What Azure DevOps Services lets one account take in any five minutes; one is about what a typical person takes. */
const TSTU = 200;

export interface Load {
  pullRequestsADay: number;
  active: number;
  activeInRepository: number;
  /** These per five minutes. */
  events: number;
  hooks: number;
  targetMoves: number;
  sweep: number;
  looks: number;
  average: number;
  busiest: number;
  /** Hours in which each active pull request is looked at thoroughly if no hook makes it be evaluated. */
  rotationHours: number;
}

/** Requests per five minutes of the working day, as if no two events of a pull request were seen by one evaluation. */
export function loadOf(requests: EventRequests, organization = ORGANIZATION): Load {
  const { pushes, comments, votes, projects } = organization;
  const pullRequestsADay = organization.developers * organization.pullRequestsPerDeveloperAndDay;
  const active = pullRequestsADay * organization.daysActive;
  const activeInRepository = active / organization.repositories;
  // A sweep is due every five minutes, and the rate limit counts over as long.
  const sweepsAnHour = 60 / SWEEP_MINUTES;
  const pullRequests = pullRequestsADay / (organization.hoursADay * sweepsAnHour);
  const hooks =
    pullRequests *
    (requests.opened +
      pushes * requests.pushed +
      comments * requests.commented +
      votes * requests.nothingNew +
      requests.completed);
  const targetMoves = pullRequests * Math.max(0, activeInRepository - 1) * requests.targetMoved;
  // What the list of the one project took is taken off, and what all projects' lists take is put on.
  const sweep = requests.sweep - listRequests(MEASURED_ACTIVE) + projects * listRequests(active / projects);
  const looksASweep = Math.min(MOST_LOOKS, (active * SWEEP_MINUTES) / COMPARED_WITHIN_MINUTES);
  const looks = looksASweep * requests.look;
  return {
    pullRequestsADay,
    active,
    activeInRepository,
    events: pullRequests * (1 + pushes + comments + votes + 1),
    hooks,
    targetMoves,
    sweep,
    looks,
    average: hooks + targetMoves + sweep + looks,
    busiest: (hooks + targetMoves) * organization.busiest + sweep + looks,
    rotationHours: active / looksASweep / sweepsAnHour,
  };
}

/** A list has ended when a page has fewer entries than a service gives unasked. */
function listRequests(active: number): number {
  return Math.floor(active / PAGE) + (active % PAGE < FULL_PAGE ? 1 : 2);
}

export function organizationSection(requests: EventRequests): Section {
  const { developers, hoursADay, pushes, comments, votes, daysActive, projects, repositories, busiest } = ORGANIZATION;
  const load = loadOf(requests);
  const whole = (value: number): string => value.toLocaleString('en-US');
  const counted = (what: string, value: number): Figure => shown(`requests: ${what}`, value, '', 1);
  const perFiveMinutes = (what: string, value: number): Figure => shown(`per five minutes: ${what}`, value);
  return {
    title: `An organization of ${whole(developers)} developers, by counts`,
    how: [
      'Counted in the simulator’s log: what an event takes with the looks that it leaves for later (5 files, default gates; a work item is linked after the opening).',
      `Assumed: ${whole(load.pullRequestsADay)} pull requests in a day of ${hoursADay} hours, each with ${pushes} pushes, ${comments} comments, ${votes} votes and ${daysActive} days active, so ${whole(load.active)} active in ${projects} projects and ${repositories} repositories, ${whole(load.activeInRepository)} into the same branch; no two events so close that one evaluation sees both; the busiest five minutes bring ${busiest} times the average.`,
      `The limit is ${TSTU} TSTU in five minutes and account. What a request takes is not published, so what it may take is computed.`,
      `A sweep looks at ${MOST_LOOKS} pull requests at most, to leave the limit to the hooks; that decides within how many hours each is looked at to which no hook comes.`,
    ].join('\n  '),
    figures: [
      counted('opened', requests.opened),
      counted('pushed to', requests.pushed),
      counted('commented', requests.commented),
      counted('nothing new (a vote)', requests.nothingNew),
      counted('completed', requests.completed),
      counted('each other one into the branch that a completion moved', requests.targetMoved),
      counted(`sweep over ${MEASURED_ACTIVE} active ones in one project`, requests.sweep),
      counted('thorough look', requests.look),
      perFiveMinutes('events', load.events),
      perFiveMinutes('requests for events', load.hooks),
      perFiveMinutes('requests for moved target branches', load.targetMoves),
      perFiveMinutes('requests of sweeps', load.sweep),
      perFiveMinutes('requests for thorough looks', load.looks),
      perFiveMinutes('requests in all, on average', load.average),
      perFiveMinutes('requests in all, at the busiest', load.busiest),
      shown('a request may take, on average', TSTU / load.average, 'TSTU', 3),
      shown('a request may take, at the busiest', TSTU / load.busiest, 'TSTU', 3),
      atMost('each active pull request looked at thoroughly within', load.rotationHours, 1, 'h', 1),
    ],
  };
}
