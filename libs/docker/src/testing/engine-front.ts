import { once } from 'node:events';
import { createServer, connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';
import type { EngineAddress } from '../engine-address.ts';

/** Stands before a real engine, so that it can go away for those who come this way, and for nobody else. */
export interface EngineFront {
  /** For DOCKER_HOST. */
  readonly host: string;
  /** As an engine that ended: connections break, and no new ones are taken. */
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  /** As an engine that is stopped (SIGSTOP): connections are taken, what is said to it is kept. */
  freeze(): void;
  /** What was kept is told to the engine now, also of who has given up meanwhile: the kernel keeps it just so. */
  thaw(): void;
  /**
   * The next request whose first line matches is done by the engine, and its answer lost, as the engine goes away at that moment.
   * Resolves then.
   */
  loseAnswer(to: RegExp): Promise<void>;
  /** Freezes at the next request whose first line matches, before the engine has it. Resolves then. */
  freezeAt(request: RegExp): Promise<void>;
  close(): Promise<void>;
}

interface Trap {
  readonly request: RegExp;
  readonly sprung: () => void;
}

/**
 * @param behind an engine, or whatever else speaks HTTP
 * @param at a path for a Unix socket, or else a free port of 127.0.0.1 is taken
 */
export async function startEngineFront(
  { options }: Pick<EngineAddress, 'options'>,
  at: string | { readonly tls?: TlsOptions },
): Promise<EngineFront> {
  const upstream =
    options.socketPath === undefined
      ? { host: options.host ?? '127.0.0.1', port: Number(options.port) }
      : { path: options.socketPath };
  const sockets = new Set<Socket>();
  const engines = new Set<Socket>();
  let trap: Trap | undefined;
  let ice: Trap | undefined;
  let frozen: (() => void)[] | undefined;

  function take(client: Socket): void {
    const engine = connect(upstream);
    let lost = false;
    engines.add(engine);
    engine.once('close', () => engines.delete(engine));
    for (const end of [client, engine]) {
      sockets.add(end);
      end.on('error', () => undefined); // the other end's `close` says all that matters
      end.once('close', () => sockets.delete(end));
    }
    const isOf = (of: Trap | undefined, bytes: Buffer): boolean =>
      of?.request.test(bytes.toString('latin1').split('\r\n', 1)[0] ?? '') === true;
    const toEngine = (bytes: Buffer): void => {
      lost ||= isOf(trap, bytes);
      engine.write(bytes);
    };
    client.on('data', (bytes: Buffer) => {
      if (isOf(ice, bytes)) {
        front.freeze();
        ice?.sprung();
        ice = undefined;
      }
      if (frozen === undefined) toEngine(bytes);
      else frozen.push(() => toEngine(bytes));
    });
    engine.on('data', (bytes) => {
      if (!lost) return void client.write(bytes);
      const { sprung } = trap ?? { sprung: () => undefined };
      trap = undefined;
      void front.goAway().then(sprung);
    });
    engine.once('close', () => client.end()); // what is on its way arrives
    client.once('close', () => {
      if (frozen === undefined) engine.destroy();
      else frozen.push(() => engine.end());
    });
  }

  const tls = typeof at === 'string' ? undefined : at.tls;
  const open = (): Server => (tls === undefined ? createServer(take) : createTlsServer(tls, take));
  let server = open();
  let port = 0;
  const front: EngineFront = {
    get host() {
      return typeof at === 'string' ? `unix://${at}` : `tcp://127.0.0.1:${port}`;
    },
    goAway: async () => {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    comeBack: async () => {
      server = open();
      server.on('tlsClientError', () => undefined);
      if (typeof at === 'string') server.listen(at);
      else server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      if (typeof at !== 'string') ({ port } = server.address() as AddressInfo);
    },
    freeze: () => {
      frozen ??= [];
      for (const engine of engines) engine.pause();
    },
    thaw: () => {
      const kept = frozen ?? [];
      frozen = undefined;
      for (const go of kept) go();
      for (const engine of engines) engine.resume();
    },
    loseAnswer: (request) =>
      new Promise((sprung) => {
        trap = { request, sprung };
      }),
    freezeAt: (request) =>
      new Promise((sprung) => {
        ice = { request, sprung };
      }),
    close: () => front.goAway(),
  };
  await front.comeBack();
  return front;
}
