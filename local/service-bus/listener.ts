import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** up: serves; silent: accepts connections and answers nothing, on existing ones neither; down: refuses and cuts. */
export type BrokerMode = 'up' | 'silent' | 'down';

interface Peer {
  socket: Socket;
  /** Whether the socket was handed to the broker: those that came in silence were not. */
  served: boolean;
}

/** The broker's port on the loopback interface, with faults on demand. */
export class Listener {
  port = 0;
  private mode: BrokerMode = 'down';
  private server: Server | undefined;
  private readonly peers = new Set<Peer>();

  constructor(private readonly serve: (socket: Socket) => void) {}

  /** `port` 0 is a free one, kept from then on. */
  async start(port: number): Promise<void> {
    this.port = port;
    await this.setMode('up');
  }

  async setMode(mode: BrokerMode): Promise<void> {
    if (mode === this.mode) return;
    this.mode = mode;
    if (mode === 'down') {
      await this.close();
      return;
    }
    if (!this.server) await this.listen();
    for (const peer of this.peers) {
      if (mode === 'silent') freeze(peer.socket);
      else this.thaw(peer);
    }
  }

  private async listen(): Promise<void> {
    const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.welcome(socket));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = addressOf(server).port;
  }

  private welcome(socket: Socket): void {
    const peer = { socket, served: false };
    this.peers.add(peer);
    socket.on('close', () => this.peers.delete(peer));
    // A peer that vanishes is ordinary; whoever serves the socket hears of it as well.
    socket.on('error', () => undefined);
    if (this.mode === 'up') this.thaw(peer);
    else freeze(socket);
  }

  private thaw(peer: Peer): void {
    if (!peer.served) {
      peer.served = true;
      this.serve(peer.socket);
    }
    while (peer.socket.writableCorked > 0) peer.socket.uncork();
    peer.socket.resume();
  }

  private async close(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    const closed = [...this.peers].map(({ socket }) => new Promise((resolve) => socket.once('close', resolve)));
    // With an error, since that is what tells rhea to stop its timers for the connection.
    for (const { socket } of this.peers) socket.destroy(new Error('The broker is down.'));
    if (server) await new Promise((resolve) => server.close(resolve));
    await Promise.all(closed);
  }
}

function freeze(socket: Socket): void {
  socket.cork();
  socket.pause();
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The broker does not listen on a port.');
  return address;
}
