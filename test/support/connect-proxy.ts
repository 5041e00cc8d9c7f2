import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A genuine proxy that leads on by CONNECT, and keeps everything that it sees. */
export interface ConnectProxy {
  url: string;
  /** Targets of CONNECT, in order. */
  targets: string[];
  /** Headers of every CONNECT, and every byte that clients sent through or to it. */
  seen(): string;
  /** Answers the next ones with this status; undefined leads on again. */
  refuseWith(status: number | undefined): void;
  /** Takes connections and says nothing. */
  fallSilent(): void;
  stop(): Promise<void>;
}

export async function startConnectProxy(secure?: { key: string; cert: string }): Promise<ConnectProxy> {
  const targets: string[] = [];
  const bytes: Buffer[] = [];
  const sockets = new Set<Socket>();
  let refusal: number | undefined;
  let isSilent = false;
  const server: Server = secure ? createSecureServer(secure) : createServer();
  server.on('request', (request, response) => {
    bytes.push(Buffer.from(`${request.method ?? ''} ${request.url ?? ''} ${JSON.stringify(request.headers)}`));
    response.writeHead(400).end();
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.on('connect', (request, client: Socket, head: Buffer) => {
    client.on('error', () => undefined);
    targets.push(request.url ?? '');
    bytes.push(Buffer.from(JSON.stringify(request.rawHeaders)), head);
    if (isSilent) return;
    if (refusal !== undefined) {
      client.end(`HTTP/1.1 ${refusal} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const { hostname, port } = new URL(`http://${request.url ?? ''}`);
    const onward = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.on('data', (chunk: Buffer) => bytes.push(chunk));
      client.pipe(onward).pipe(client);
    });
    sockets.add(onward);
    onward.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')).on('close', () => sockets.delete(onward));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${secure ? 'https' : 'http'}://localhost:${port}`,
    targets,
    seen: () => Buffer.concat(bytes).toString('latin1'),
    refuseWith: (status) => {
      refusal = status;
    },
    fallSilent: () => {
      isSilent = true;
    },
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
