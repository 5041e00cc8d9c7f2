import { createServer, type IncomingHttpHeaders } from 'node:http';
import { parseJson, type Json } from './json';

export interface Delivery {
  headers: IncomingHttpHeaders;
  body: Json;
}

export interface HookReceiver {
  url: string;
  deliveries: Delivery[];
  /** Statuses to answer next, one a delivery; 200 when there are none left. */
  answers: number[];
  /** Resolves with the first delivery, past or future, that fits. */
  next(fits: (delivery: Delivery) => boolean): Promise<Delivery>;
  /** Resolves when so many deliveries have come. */
  count(number: number): Promise<void>;
  stop(): Promise<void>;
}

/** An endpoint that keeps what service hooks bring. */
export async function startHookReceiver(): Promise<HookReceiver> {
  const deliveries: Delivery[] = [];
  const answers: number[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      deliveries.push({ headers: request.headers, body: parseJson(Buffer.concat(chunks).toString('utf8')) });
      response.writeHead(answers.shift() ?? 200);
      response.end('thank you');
      for (const check of waiting) check();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  const when = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const check = (): void => {
        const found = look();
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
    });

  return {
    url: `http://localhost:${port}/hook`,
    deliveries,
    answers,
    next: (fits) => when(() => deliveries.find(fits)),
    count: (number) => when(() => (deliveries.length >= number ? true : undefined)).then(() => undefined),
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
