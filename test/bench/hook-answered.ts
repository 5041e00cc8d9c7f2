import { createHmac } from 'node:crypto';

import { z } from 'zod';

import { startProcess, type BenchProcess } from './child-process';
import { startLoadGenerator, type LoadResult } from './load';
import { AUTHORIZATION, HOOK_PASSWORD, HOOK_PATH, hookBody } from './payload';
import { atLeast, shown, type Figure, type Section } from './report';
import { median } from './statistics';

const CONNECTIONS = 50;
const ROUNDS = 6;
const ROUND_SECONDS = 2;
const WARM_UP_SECONDS = 2;

const receiverReady = z.object({ port: z.number() });
const receiverState = z.object({ queued: z.number(), residentBytes: z.number() });

const NAMES = { portcullis: 'Portcullis', bare: 'bare node:http', fastify: 'Fastify', probot: 'Probot' };
type Name = keyof typeof NAMES;

interface Receiver {
  name: Name;
  url: string;
  headers: Record<string, string>;
  process: BenchProcess<{ port: number }>;
  rounds: LoadResult[];
  queued: number;
}

/**
 * How fast a hook is answered, beside others that do the same work. Rounds are interleaved, so that whatever else the
 * machine does meets all alike, and a ratio is that of one round.
 */
export async function measureHookAnswered({ profileTo }: { profileTo?: string }): Promise<Section> {
  const body = hookBody(4_711);
  const receivers: Receiver[] = [];
  const load = await startLoadGenerator();
  try {
    for (const name of ['portcullis', 'bare', 'fastify', 'probot'] as const) {
      receivers.push(await startReceiver(name, body, name === 'portcullis' ? profileTo : undefined));
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
    const memory = await Promise.all(
      receivers.map(async ({ process }) => (await process.ask({}, receiverState)).residentBytes),
    );
    return section(receivers, Buffer.byteLength(body), memory);
  } finally {
    await Promise.all([load.stop(), ...receivers.map(({ process }) => process.stop())]);
  }

  async function runRound(receiver: Receiver, seconds: number): Promise<void> {
    const { name, url, headers, process } = receiver;
    const result = await load.run({ url, headers, connections: CONNECTIONS, seconds, body });
    const { queued } = await process.ask({}, receiverState);
    // Those under way when a round ends are queued and counted nowhere; none may be answered and not queued.
    const added = queued - receiver.queued;
    if (result.bad > 0 || added < result.good || added > result.good + CONNECTIONS) {
      throw new Error(`${NAMES[name]}: ${result.good} answered, ${added} queued, ${result.bad} answers wrong`);
    }
    receiver.queued = queued;
    receiver.rounds.push(result);
  }
}

async function startReceiver(name: Name, body: string, profileTo: string | undefined): Promise<Receiver> {
  const execArgv = profileTo === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileTo}`];
  const process = await startProcess(name, {}, receiverReady, { execArgv });
  const origin = `http://127.0.0.1:${process.ready.port}`;
  const signature = createHmac('sha256', HOOK_PASSWORD).update(body).digest('hex');
  return name === 'probot'
    ? {
        name,
        url: `${origin}/api/webhooks`,
        headers: {
          'x-github-event': 'pull_request',
          'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
          'x-hub-signature-256': `sha256=${signature}`,
        },
        process,
        rounds: [],
        queued: 0,
      }
    : {
        name,
        url: `${origin}${HOOK_PATH}`,
        headers: { authorization: AUTHORIZATION },
        process,
        rounds: [],
        queued: 0,
      };
}

function section(receivers: readonly Receiver[], bytes: number, memory: readonly number[]): Section {
  const [ours, ...others] = receivers;
  if (!ours) throw new Error('there is no receiver');
  const targets: Partial<Record<Name, number>> = { bare: 0.8, fastify: 0.9, probot: 1.7 };
  const ratios = others.map(({ name, rounds }): Figure => {
    const perRound = ours.rounds.map(({ perSecond }, index) => perSecond / (rounds[index]?.perSecond ?? Number.NaN));
    return atLeast(`Portcullis / ${NAMES[name]}`, median(perRound), targets[name] ?? 0, '×');
  });
  const each = receivers.flatMap(({ name, rounds }, index) => [
    shown(`${NAMES[name]}: hooks per second`, median(rounds.map(({ perSecond }) => perSecond)), '/s'),
    shown(`${NAMES[name]}: p50`, median(rounds.map(({ p50 }) => p50)), 'ms', 1),
    shown(`${NAMES[name]}: p99`, median(rounds.map(({ p99 }) => p99)), 'ms', 1),
    shown(`${NAMES[name]}: resident memory`, (memory[index] ?? Number.NaN) / 2 ** 20, 'MB'),
  ]);
  return {
    title: 'Hook answered',
    how: `${CONNECTIONS} connections, ${bytes} bytes, enqueue stub, logs off; medians of ${ROUNDS} interleaved rounds of ${ROUND_SECONDS} s; a process each.`,
    figures: [...ratios, ...each],
  };
}
