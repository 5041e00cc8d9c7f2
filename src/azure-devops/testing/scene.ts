import { connectAzureDevOps, type ConnectedAzureDevOps } from '../connect';

import { collectLog, type CollectedLog } from './fixtures';
import { startScriptedServer, type ScriptedAnswer, type ScriptedServer, type SeenRequest } from './scripted-server';

/** A scripted service and a fresh door to it for each test; what a test scripts is gone before the next. */
export interface Scene {
  server: ScriptedServer;
  door: ConnectedAzureDevOps;
  log: CollectedLog;
  script: (request: SeenRequest) => ScriptedAnswer | undefined;
  answerOptions: (request: SeenRequest) => ScriptedAnswer | undefined;
  /** Where the door's clock stands still, in milliseconds; undefined = it runs. */
  time: number | undefined;
  /** Scripts JSON by the end of the path. */
  answer(byEnd: Record<string, unknown>): void;
}

export const PAT = 'f6dxvh3rhk-a-pat-that-nobody-may-ever-see';

/** Call it at the top of a test file. */
export function setScene(): Scene {
  const nothing = (): undefined => undefined;
  let set: { server: ScriptedServer; door: ConnectedAzureDevOps; log: CollectedLog } | undefined;
  const present = (): NonNullable<typeof set> => {
    if (!set) throw new Error('The scene is set before each test, not outside of one.');
    return set;
  };
  const scene: Scene = {
    get server() {
      return present().server;
    },
    get door() {
      return present().door;
    },
    get log() {
      return present().log;
    },
    script: nothing,
    answerOptions: nothing,
    time: undefined,
    answer(byEnd) {
      scene.script = ({ path }) => {
        const end = Object.keys(byEnd).find((candidate) => path.endsWith(candidate));
        return end === undefined ? undefined : { json: byEnd[end] };
      };
    },
  };
  beforeEach(async () => {
    Object.assign(scene, { script: nothing, answerOptions: nothing, time: undefined });
    const server = await startScriptedServer(
      (request) => scene.script(request),
      (request) => scene.answerOptions(request),
    );
    const log = collectLog();
    const now = (): Date => new Date(scene.time ?? Date.now());
    set = {
      server,
      log,
      door: connectAzureDevOps({ url: `${server.url}/`, credential: { kind: 'pat', pat: PAT }, log, now }),
    };
  });
  afterEach(async () => {
    set?.door.dispose();
    await set?.server.stop();
    set = undefined;
  });
  return scene;
}
