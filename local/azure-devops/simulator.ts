import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { LocalClock } from '../clock';
import { answerApi } from './api';
import { createBackground } from './background';
import { createControls } from './controls';
import { createFaults } from './faults';
import { basePathOf, newestVersionOf, type Flavour } from './flavour';
import { serviceHeaders } from './service-headers';
import { serveGit } from './git-http';
import { initializeGitRepository, openGitRepository, type GitRepository } from './git-repository';
import { openSharedGitRepository, writeBorrowingRepository } from './git-shared';
import { createHookDelivery } from './hook-delivery';
import { ensureAdministrators } from './hook-rights';
import { catchUp } from './catch-up';
import { createAutoComplete } from './policies/auto-complete';
import { readBytes } from './read-bytes';
import { createRequestLog } from './request-log';
import { parsePath } from './request-path';
import { createRouter } from './router';
import { allRoutes } from './routes';
import { seedRepositories, seedState } from './seed';
import type { Simulation } from './simulation';
import { openStateStore } from './state-store';
import { createTimestamps } from './timestamps';
import { answerWebPage } from './web-pages';

export interface AzureDevOpsSimulator {
  /** The organization: `http://localhost:<port>/contoso`; of a Server: `…/tfs/DefaultCollection`. */
  url: string;
  flavour: Flavour;
  port: number;
  stop(): Promise<void>;
}

export interface AzureDevOpsSimulatorOptions {
  clock: LocalClock;
  /** 0 or nothing = a free one. */
  port?: number;
  /** An organization of Services (default), or a collection of a Server at `/tfs/DefaultCollection`. */
  flavour?: Flavour;
  /** State and repositories live here, and survive a restart. */
  dataDirectory: string;
  /** git 2.38 or newer; default: the one on the PATH. */
  gitPath?: string;
}

const LARGEST_BODY = 256 * 1024 * 1024;

/** Starts the Azure DevOps simulator on loopback. Rejects when the port is taken or git cannot be run. */
export async function startAzureDevOpsSimulator(options: AzureDevOpsSimulatorOptions): Promise<AzureDevOpsSimulator> {
  const { clock, dataDirectory, flavour = 'services', gitPath = 'git' } = options;
  await mkdir(dataDirectory, { recursive: true });
  const timestamp = createTimestamps(() => clock.now());
  const store = openStateStore(dataDirectory, () => seedState(timestamp(), flavour));
  if (store.state.flavour !== flavour) {
    throw new Error(`${dataDirectory} holds the ${store.state.flavour} flavour of the simulator, not ${flavour}.`);
  }
  const background = createBackground();
  const repositories = new Map<string, GitRepository>();
  let url = '';

  const directoryOf = (id: string): string => join(dataDirectory, 'repositories', `${id}.git`);
  const sharedBy = (id: string): GitRepository => {
    const known = repositories.get(id) ?? openGitRepository(gitPath, directoryOf(id));
    repositories.set(id, known);
    return known;
  };
  const simulation: Simulation = {
    clock,
    state: store.state,
    changed() {
      store.changed();
      autoComplete.consider();
    },
    url: () => url,
    git(repository) {
      const known = repositories.get(repository.id);
      if (known) return known;
      const { id, sharedGit } = repository;
      const opened =
        sharedGit === undefined
          ? openGitRepository(gitPath, directoryOf(id))
          : openSharedGitRepository(sharedBy(sharedGit), async () => {
              await writeBorrowingRepository(directoryOf(id), sharedBy(sharedGit));
              delete repository.sharedGit;
              store.changed();
              return openGitRepository(gitPath, directoryOf(id));
            });
      repositories.set(id, opened);
      return opened;
    },
    async createSharedGit(id) {
      await initializeGitRepository(gitPath, directoryOf(id));
      return sharedBy(id);
    },
    async createGit(repository) {
      await initializeGitRepository(gitPath, directoryOf(repository.id));
      return simulation.git(repository);
    },
    emit: (event) => delivery.emit(event),
    background: (key, work) => background.run(key, work),
    service: { newestVersion: newestVersionOf(store.state), aheadSeconds: 0 },
    timestamp,
  };
  const autoComplete = createAutoComplete(simulation);
  const delivery = createHookDelivery(simulation);
  const log = createRequestLog();
  const faults = createFaults();
  const controls = createControls(simulation, log, faults, delivery);
  const router = createRouter(allRoutes(simulation, delivery));

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const address = new URL(request.url ?? '/', url);
    for (const [name, value] of Object.entries(serviceHeaders(simulation))) response.setHeader(name, value);
    const path = address.pathname;
    if (path.startsWith('/_simulator/')) {
      const body = await readBytes(request, LARGEST_BODY);
      const answer = await controls.answer(request.method ?? 'GET', path.slice('/_simulator/'.length), body);
      sendJson(response, answer ?? { status: 404, body: { message: `There is no control ${path}.` } });
      return;
    }
    const wanted = parsePath(path, basePathOf(store.state));
    if (wanted.kind === 'git') {
      await serveGit(
        simulation,
        gitPath,
        { ...wanted, service: address.searchParams.get('service') },
        request,
        response,
      );
    } else if (wanted.kind === 'api') {
      const call = { url: address, body: await readBytes(request, LARGEST_BODY), ...wanted };
      await answerApi({ simulation, router, faults, log, latency: () => controls.latency() }, call, request, response);
    } else {
      const page = await answerWebPage(simulation, {
        method: request.method ?? 'GET',
        address: new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`),
        segments: wanted.kind === 'page' ? wanted.segments : undefined,
        body: await readBytes(request, LARGEST_BODY),
        origin: request.headers.origin,
        referer: request.headers.referer,
      });
      response.writeHead(page.status, page.headers);
      response.end(page.body);
    }
  };

  const handling = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const handled = handle(request, response)
      .catch((error: unknown) => {
        // Whoever went away, or a simulator that is stopping, is no fault to speak of.
        if (request.errored || response.destroyed) return;
        console.error(`Azure DevOps simulator: ${request.method ?? ''} ${request.url ?? ''}:`, error);
        if (response.headersSent) response.destroy();
        else sendJson(response, { status: 500, body: { message: String(error) } });
      })
      .finally(() => handling.delete(handled));
    handling.add(handled);
  });
  // A keep-alive connection that ends just when a client reuses it looks like a fault; clients of tests are patient.
  server.keepAliveTimeout = 60_000;
  const port = await listen(server, options.port ?? 0);
  url = `http://localhost:${port}${basePathOf(store.state)}`;

  if (store.state.pushes.length === 0) await seedRepositories(simulation);
  else await catchUp(simulation);
  ensureAdministrators(store.state);
  delivery.resume();
  await store.flush();

  return {
    url,
    flavour,
    port,
    async stop() {
      delivery.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(() => resolve(undefined)));
      await Promise.all(handling);
      await background.idle();
      for (const repository of repositories.values()) repository.close();
      await store.flush();
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The server has no port.'));
      else resolve(address.port);
    });
  });
}

function sendJson(response: ServerResponse, { status, body }: { status: number; body: unknown }): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}
