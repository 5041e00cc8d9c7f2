import { createHmac } from 'node:crypto';

import { z } from 'zod';

import { startProcess, type BenchProcess } from './child-process';
import { startLoadGenerator, type LoadResult } from './load';
import { AUTHORIZATION, HOOK_PASSWORD, HOOK_PATH, hookBody } from './payload';
import { atLeast, shown, type Figure, type Section } from './report';
import { median } from './statistics';

const CONNECTIONS = 50;
const ROUNDS = 5;
const ROUND_SECONDS = 1.5;
const WARM_UP_SECONDS = 1.5;

const receiverReady = z.object({ port: z.number() });
const receiverState = z.object({ queued: z.number(), residentBytes: z.number(), cpuMicroseconds: z.number() });

interface Round extends LoadResult {
  /** Microseconds of CPU that the receiver used for a hook. */
  cpuPerHook: number;
}

/** In the order of a round; the target is ours against theirs, null where DESIGN sets none. */
const CONTENDERS = {
  portcullis: { title: 'Portcullis', target: 1 },
  bare: { title: 'bare node:http', target: 0.8 },
  fastify: { title: 'Fastify', target: 0.9 },
  express: { title: 'Express', target: null },
  octokit: { title: '@octokit/webhooks', target: null },
  probot: { title: 'Probot', target: 1.7 },
};
type Name = keyof typeof CONTENDERS;
const NAMES = ['portcullis', 'bare', 'fastify', 'express', 'octokit', 'probot'] as const;

interface Receiver {
  name: Name;
  url: string;
  headers: Record<string, string>;
  process: BenchProcess<{ port: number }>;
  rounds: Round[];
  /** As of the end of its last round. */
  state: z.infer<typeof receiverState>;
}

/**
 * How fast a hook is answered, beside others that do the same work. Rounds are interleaved, so that whatever else the
 * machine does meets all alike, and a ratio is that of one round. On a busy machine the ratio per CPU second is the
 * steadier one.
 */
export async function measureHookAnswered({ profileTo }: { profileTo?: string }): Promise<Section> {
  const body = hookBody(4_711);
  const receivers: Receiver[] = [];
  const load = await startLoadGenerator();
  try {
    for (const name of NAMES) {
      receivers.push(await startReceiver(name, body, profileTo));
    }
    for (const receiver of receivers) await runRound(receiver, WARM_UP_SECONDS);
    for (const receiver of receivers) receiver.rounds = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      // Each begins a round in turn: none is always the one after a pause.
      for (const step of receivers.keys()) {
        const receiver = receivers[(round + step) % receivers.length];
        if (receiver) await runRound(receiver, ROUND_SECONDS);
      }
    }
    return section(receivers, Buffer.byteLength(body));
  } finally {
    await Promise.all([load.stop(), ...receivers.map(({ process }) => process.stop())]);
  }

  async function runRound(receiver: Receiver, seconds: number): Promise<void> {
    const { name, url, headers, process } = receiver;
    const result = await load.run({ url, headers, connections: CONNECTIONS, seconds, body });
    const state = await process.ask({}, receiverState);
    // Those under way when a round ends are queued and counted nowhere; none may be answered and not queued.
    const added = state.queued - receiver.state.queued;
    if (result.bad > 0 || added < result.good || added > result.good + CONNECTIONS) {
      throw new Error(
        `${CONTENDERS[name].title}: ${result.good} answered, ${added} queued, ${result.bad} answers wrong`,
      );
    }
    receiver.rounds.push({ ...result, cpuPerHook: (state.cpuMicroseconds - receiver.state.cpuMicroseconds) / added });
    receiver.state = state;
  }
}

async function startReceiver(name: Name, body: string, profileTo: string | undefined): Promise<Receiver> {
  const profiling = [`--cpu-prof-dir=${profileTo ?? ''}`, `--cpu-prof-name=${name}.cpuprofile`];
  const process = await startProcess(name, {}, receiverReady, {
    execArgv: profileTo === undefined ? [] : ['--cpu-prof', ...profiling],
  });
  const state = await process.ask({}, receiverState);
  const origin = `http://127.0.0.1:${process.ready.port}`;
  const rounds: Round[] = [];
  if (name !== 'probot' && name !== 'octokit') {
    return { name, url: `${origin}${HOOK_PATH}`, headers: { authorization: AUTHORIZATION }, process, rounds, state };
  }
  const headers = {
    'x-github-event': 'pull_request',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-hub-signature-256': `sha256=${createHmac('sha256', HOOK_PASSWORD).update(body).digest('hex')}`,
  };
  return { name, url: `${origin}/api/webhooks`, headers, process, rounds, state };
}

function section(receivers: readonly Receiver[], bytes: number): Section {
  const [ours, ...others] = receivers;
  if (!ours) throw new Error('there is no receiver');
  const ratio = (other: Receiver, of: (mine: Round, theirs: Round) => number): number =>
    median(
      ours.rounds.flatMap((mine, index) => other.rounds.slice(index, index + 1).map((theirs) => of(mine, theirs))),
    );
  const ratios = others.flatMap((other): Figure[] => {
    const { title, target } = CONTENDERS[other.name];
    const what = `Portcullis / ${title}: hooks per second`;
    const perSecond = ratio(other, (a, b) => a.perSecond / b.perSecond);
    return [
      target === null ? shown(what, perSecond, '×', 2) : atLeast(what, perSecond, target, '×'),
      shown(
        `Portcullis / ${title}: hooks per CPU second`,
        ratio(other, (a, b) => b.cpuPerHook / a.cpuPerHook),
        '×',
        2,
      ),
    ];
  });
  const each = receivers.flatMap(({ name, rounds, state }) => {
    const { title } = CONTENDERS[name];
    const over = (of: (round: Round) => number): number => median(rounds.map(of));
    return [
      shown(
        `${title}: hooks per second`,
        over(({ perSecond }) => perSecond),
        '/s',
      ),
      shown(
        `${title}: CPU per hook`,
        over(({ cpuPerHook }) => cpuPerHook),
        'µs',
      ),
      shown(
        `${title}: p50`,
        over(({ p50 }) => p50),
        'ms',
        1,
      ),
      shown(
        `${title}: p99`,
        over(({ p99 }) => p99),
        'ms',
        1,
      ),
      shown(`${title}: resident memory`, state.residentBytes / 2 ** 20, 'MB'),
    ];
  });
  return {
    title: 'Hook answered',
    how: `${CONNECTIONS} connections, ${bytes} bytes, enqueue stub, logs off; medians of ${ROUNDS} interleaved rounds of ${ROUND_SECONDS} s; a process each.`,
    figures: [...ratios, ...each],
  };
}
