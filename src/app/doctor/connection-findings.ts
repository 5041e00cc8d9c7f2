import { caCertificatesIn } from '../../core/ca-certificates';
import { warningStep } from '../../core/pat-expiry';
import { count } from '../../core/phrase';
import { quoted } from '../../core/quoted';
import type { Connection, HookDeliveryResult, LastSweep } from '../ports';

import type { Finding } from './look-at-part';

const DAY_MS = 86_400_000;
/** The timer comes every five minutes; a busy service may cost a round or two. */
const SWEEP_LATE_MINUTES = 20;

/** What the connection's own row tells. */
export function connectionFindings({ name, state, broken }: Connection): Finding[] {
  if (state === 'leaving') {
    return [
      {
        state: 'warning',
        message: `${name} is leaving: its hooks are dropped, and nothing is judged.`,
        help: `portcullis disconnect ${quoted(name)} goes on with it.`,
      },
    ];
  }
  if (!broken) return [{ state: 'ok', message: `${name} is connected.` }];
  return [
    {
      state: 'warning',
      message: `The credential of ${name} was refused at ${broken.since.toISOString()}, and is accepted by now.`,
      help: 'Within five minutes the next sweep notices, and has everything judged that waits.',
    },
  ];
}

/** When the PATs of a connection end. What has ended and is refused has a line already. */
export function expiryFindings(connection: Connection, now: Date, isRefused: boolean): Finding[] {
  const { credential, projectPats } = connection;
  const rotate = `portcullis pat rotate ${quoted(connection.name)}`;
  const own =
    credential.kind === 'managedIdentity'
      ? [{ state: 'ok', message: 'The managed identity has no PAT that ends.' } as const]
      : isRefused
        ? []
        : [expiryFinding('The PAT', credential.expiresOn, now, `${rotate} replaces it.`)];
  const projects = projectPats.map(({ projectName, expiresOn }) => ({
    ...expiryFinding(
      `The PAT of project ${projectName}`,
      expiresOn,
      now,
      `${rotate} --project ${quoted(projectName)} replaces it.`,
    ),
    project: projectName,
  }));
  return [...own, ...projects];
}

function expiryFinding(whose: string, expiresOn: Date | null, now: Date, help: string): Finding {
  if (expiresOn === null) {
    const message = `When ${whose.replace('The', 'the')} ends was never written down, so that nobody is warned.`;
    return { state: 'warning', message, help };
  }
  const day = expiresOn.toISOString().slice(0, 10);
  const step = warningStep(expiresOn, now);
  if (step === undefined) return { state: 'ok', message: `${whose} ends on ${day}.` };
  if (step === null) return { state: 'broken', message: `${whose} has ended, on ${day}.`, help };
  const left = Math.ceil((expiresOn.getTime() - now.getTime()) / DAY_MS);
  return { state: 'warning', message: `${whose} ends on ${day}, in ${count(left, 'day')}.`, help };
}

/** When the authorities that a connection trusts beside the system's end; nothing where there are none. */
export function caCertificateFindings({ name, network }: Connection, now: Date): Finding[] {
  const help = `portcullis connections change ${quoted(name)} --ca-certificate <file> gives their successors.`;
  return caCertificatesIn(network.caCertificates).map((certificate) => {
    const whose = `The certificate of the authority ${certificate.name}`;
    return expiryFinding(whose, certificate.expiresOn, now, help);
  });
}

/** Whether hooks come, as Azure DevOps remembers it: for a week. */
export function deliveryFinding(
  last: HookDeliveryResult | null,
  { publicUrl }: Pick<Connection, 'publicUrl'>,
  now: Date,
): Finding {
  const to = publicUrl ?? 'the address of this app';
  if (!last) {
    const next = `the next push or comment brings one. If none comes, see whether Azure DevOps reaches ${to}`;
    return { state: 'ok', message: `In the last week no service hook was delivered: ${next}.` };
  }
  const ago = agoText(last.at, now);
  if (last.result !== 'failed') return { state: 'ok', message: `The last service hook came ${ago}.` };
  return {
    state: 'warning',
    message: `The last service hook, ${ago}, could not be delivered.`,
    help: `See whether Azure DevOps reaches ${to}, and in its history of that subscription (Project settings, Service hooks) what it was answered.`,
  };
}

/** Whether the timer's rounds come through, which shows that timer, queue and worker do their work. */
export function sweepFinding(last: LastSweep | undefined, now: Date): Finding {
  const help =
    'Look in Application Insights for the functions sweep and work-queue: whether they run, and what they say.';
  if (!last) {
    const message = 'No sweep has gone through yet: the first one comes within five minutes.';
    return { state: 'warning', message, help: `If it stays so: ${help}` };
  }
  const minutes = minutesSince(last.at, now);
  const found = count(last.active, 'active pull request');
  const ago = agoText(last.at, now);
  if (minutes < SWEEP_LATE_MINUTES) return { state: 'ok', message: `The last sweep was ${ago}; it found ${found}.` };
  return { state: 'broken', message: `The last sweep was ${ago}, although one comes every five minutes.`, help };
}

function agoText(at: Date, now: Date): string {
  const minutes = minutesSince(at, now);
  if (minutes === 0) return 'less than a minute ago';
  if (minutes < 120) return `${count(minutes, 'minute')} ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${count(hours, 'hour')} ago` : `${count(Math.round(hours / 24), 'day')} ago`;
}

function minutesSince(at: Date, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - at.getTime()) / 60_000));
}
