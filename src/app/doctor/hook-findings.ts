import { count, firstOf } from '../../core/phrase';
import { quoted } from '../../core/quoted';
import type { HookLine, HooksStatus } from '../hooks/hooks-status';

import type { Finding } from './look-at-part';

const MOST_LINES = 4;

/** The service hook subscriptions of a connection, project by project, in which some are not in order. */
export function hookFindings({ places, remedy }: HooksStatus, connection: string): Finding[] {
  // Each command takes the connection's name.
  const help =
    remedy === null ? undefined : `${remedy.replaceAll(/portcullis hooks \w+/g, `$& ${quoted(connection)}`)} mends it.`;
  const found = places.flatMap(({ project, lines }) => placeFindings(project, lines, help));
  const total = places.reduce((sum, { lines }) => sum + lines.length, 0);
  if (found.length > 0) return found;
  if (total === 0)
    return [{ state: 'ok', message: 'There is no project with Git repositories, so that no hook is needed.' }];
  return [{ state: 'ok', message: `${count(total, 'service hook subscription')} are in place.` }];
}

function placeFindings(project: string, lines: readonly HookLine[], help: string | undefined): Finding[] {
  const where = project === 'all projects' ? {} : { project };
  const of = (...states: HookLine['state'][]): HookLine[] => lines.filter(({ state }) => states.includes(state));
  const finding = (state: Finding['state'], message: string, mend = help): Finding => ({
    state,
    message,
    ...where,
    ...(mend === undefined ? {} : { help: mend }),
  });
  const [unknown] = of('unknown');
  // One cause for all of them.
  if (unknown) return [finding('broken', `For ${nameOf(project)}, ${unknown.faults.join('; ')}.`)];
  const [broken, extra, waiting] = [of('missing', 'wrong'), of('unwanted'), of('onProbation')];
  return [
    ...(broken.length === 0
      ? []
      : [
          finding(
            'broken',
            `Of ${nameOf(project)}, ${count(broken.length, 'service hook subscription')} ${broken.length === 1 ? 'is' : 'are'} not in ` +
              `order, so that pull requests wait for the sweep: ${clausesOf(broken)}.`,
          ),
        ]),
    ...(extra.length === 0
      ? []
      : [
          finding(
            'warning',
            `Of ${nameOf(project)}, there are more service hook subscriptions than are wanted: ${clausesOf(extra)}.`,
          ),
        ]),
    ...(waiting.length === 0
      ? []
      : [
          finding(
            'warning',
            `Of ${nameOf(project)}, ${count(waiting.length, 'service hook subscription')} ${waiting.length === 1 ? 'is' : 'are'} on ` +
              `probation: a delivery failed, and until one is taken others are dropped. ${sinceOf(waiting)}`,
            'Look whether Azure DevOps reaches the address of this app; the first delivery that is taken ends it.',
          ),
        ]),
  ];
}

function nameOf(project: string): string {
  return project === 'all projects' ? project : `project ${project}`;
}

/** What all of them have in common is said once. */
function clausesOf(lines: readonly HookLine[]): string {
  const whats = new Set(lines.map(whatOf));
  const [first = ''] = whats;
  if (lines.length > 1 && whats.size === 1) return `each ${first}`;
  return firstOf(
    lines.map((line) => `${line.eventType} ${whatOf(line)}`),
    MOST_LINES,
  );
}

function whatOf({ state, faults }: HookLine): string {
  return state === 'missing' ? 'is missing' : faults.join(' and ');
}

function sinceOf(lines: readonly HookLine[]): string {
  const [first] = lines.flatMap(({ probation }) => probation?.since?.toISOString() ?? []).sort();
  return first === undefined ? 'It began a short time ago.' : `It began at about ${first}.`;
}
