import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findNatsServer } from '../server/find-nats-server.ts';
import { natsServerConfig, type NatsServerSettings } from '../server/nats-server-config.ts';

export interface TestNatsServer {
  readonly url: string;
  readonly port: number;
  readonly storeDir: string;
  /** Ends the server and removes a store it made. */
  stop(): Promise<void>;
  /** SIGKILL: the store stays. */
  kill(): Promise<void>;
  /** Starts again on the same port and store; ends it first if it runs. */
  restart(): Promise<void>;
}

export interface StartNatsServerOptions extends Partial<
  Pick<NatsServerSettings, 'port' | 'storeDir' | 'maxPayload' | 'syncInterval' | 'tls' | 'accounts' | 'httpPort'>
> {
  /** Default 20 s. */
  readonly startTimeoutMs?: number;
  /** Each line of its log. */
  readonly onLine?: (line: string) => void;
}

/** Starts a process and resolves with its port once it is ready; its log is kept for the error. */
async function launch(
  binary: string,
  configFile: string,
  timeoutMs: number,
  onLine: (line: string) => void = () => undefined,
): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(binary, ['-c', configFile], { stdio: ['ignore', 'ignore', 'pipe'] });
  const log: string[] = [];
  const ready = new Promise<number>((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`nats-server ${why}:\n${log.slice(-20).join('\n')}`));
    const timer = setTimeout(() => fail(`was not ready in ${timeoutMs} ms`), timeoutMs);
    let port = 0;
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`ended with ${signal ?? code}`));
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (log.length < 200) log.push(line);
      onLine(line);
      port = Number(/Listening for client connections on \S+:(\d+)/.exec(line)?.[1] ?? port);
      if (!line.includes('Server is ready')) return;
      clearTimeout(timer);
      resolve(port);
    });
  });
  try {
    return { child, port: await ready };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** A real nats-server with JetStream on 127.0.0.1, on a free port and a store of its own unless told otherwise. */
export async function startNatsServer(options: StartNatsServerOptions = {}): Promise<TestNatsServer> {
  const binary = await findNatsServer();
  const folder = await mkdtemp(join(tmpdir(), 'benchbus-nats-'));
  const storeDir = options.storeDir ?? join(folder, 'store');
  const configFile = join(folder, 'nats.conf');
  const timeoutMs = options.startTimeoutMs ?? 20_000;
  const configure = (port: number) =>
    writeFile(
      configFile,
      natsServerConfig({
        port,
        storeDir,
        serverName: `test-${process.pid}`,
        ...(options.maxPayload === undefined ? {} : { maxPayload: options.maxPayload }),
        ...(options.tls && { tls: options.tls }),
        ...(options.accounts === undefined ? {} : { accounts: options.accounts }),
        ...(options.httpPort === undefined ? {} : { httpPort: options.httpPort }),
        ...(options.syncInterval === undefined ? {} : { syncInterval: options.syncInterval }),
      }),
    );
  await configure(options.port ?? -1);
  const first = await launch(binary, configFile, timeoutMs, options.onLine);
  const { port } = first;
  await configure(port);
  let child: ChildProcess | undefined = first.child;
  // A test run that is killed must not leave its server behind.
  const onExit = () => child?.kill('SIGKILL');
  process.once('exit', onExit);
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    storeDir,
    stop: async () => {
      process.off('exit', onExit);
      await end(child, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
    kill: () => end(child, 'SIGKILL'),
    restart: async () => {
      await end(child, 'SIGTERM');
      child = (await launch(binary, configFile, timeoutMs, options.onLine)).child;
    },
  };
}
