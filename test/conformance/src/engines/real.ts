import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Child } from './child.ts';
import type { Address, Engine } from './engine.ts';
import { freePorts } from './free-port.ts';
import { startPostgres, type Postgres } from './postgres.ts';
import { untilReady } from './until-ready.ts';

const execute = promisify(execFile);
const READY_TIMEOUT_MS = 120_000;

interface Ports {
  readonly api: number;
  readonly grpc: number;
  readonly frontend: number;
  readonly runtime: number;
  readonly health: number;
}

/**
 * Hatchet itself: hatchet-lite, -admin and -migrate from `binaries`, with a PostgreSQL of its own as database and message
 * queue. Everything is below a temporary folder and goes with it; BENCHBUS_CONFORMANCE_KEEP=1 keeps it, for its logs.
 */
export async function startReal(binaries: string): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  await chmod(folder, 0o711); // PostgreSQL, another user, goes through it
  const config = join(folder, 'config');
  await mkdir(config, { mode: 0o700 });
  const dashboard = join(folder, 'dashboard');
  await mkdir(dashboard);
  await writeFile(join(dashboard, 'index.html'), 'no dashboard here'); // without a page it does not start
  const [database = 0, api = 0, grpc = 0, frontend = 0, runtime = 0, health = 0] = await freePorts(6);
  const ports = { api, grpc, frontend, runtime, health };
  const postgres = await startPostgres(folder, database);
  const env = environment(postgres, ports, folder);
  const admin = (...args: string[]) => execute(join(binaries, 'hatchet-admin'), args, { env, cwd: folder });
  const launch = () =>
    new Child(join(binaries, 'hatchet-lite'), ['--config', config], {
      env,
      cwd: folder,
      logFile: join(folder, 'hatchet.log'),
    });
  let child: Child | undefined;
  const stop = async () => {
    await child?.end('SIGKILL');
    await postgres.stop();
    if (process.env['BENCHBUS_CONFORMANCE_KEEP'] !== '1') await rm(folder, { recursive: true, force: true });
  };
  try {
    await execute(join(binaries, 'hatchet-migrate'), [], { env, cwd: folder, maxBuffer: 64 << 20 });
    await admin(
      'quickstart',
      '--skip',
      'certs',
      '--generated-config-dir',
      config,
      '--overwrite=false',
      '--config',
      config,
    );
    const { stdout } = await admin('token', 'create', '--config', config, '--name', 'conformance');
    const token = stdout.trim().split('\n').at(-1) ?? '';
    const address: Address = {
      token,
      hostPort: `127.0.0.1:${String(grpc)}`,
      apiUrl: `http://127.0.0.1:${String(runtime)}`,
      tls: 'none',
    };
    const begin = async () => {
      child = launch();
      await Promise.race([untilReady(address, READY_TIMEOUT_MS), child.untimelyEnd()]);
    };
    await begin();
    return {
      kind: 'real',
      address,
      async restart() {
        await child?.end('SIGKILL');
        await begin();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The engine's configuration; its own defaults for everything that is not an address, a key or a call to the outside. */
function environment(postgres: Postgres, ports: Ports, folder: string): Record<string, string> {
  const { host, port, user, password } = postgres;
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    DATABASE_URL: `postgresql://${user}:${password}@${host}:${String(port)}/${user}?sslmode=disable`,
    DATABASE_POSTGRES_HOST: host,
    DATABASE_POSTGRES_PORT: String(port),
    DATABASE_POSTGRES_USERNAME: user,
    DATABASE_POSTGRES_PASSWORD: password,
    DATABASE_POSTGRES_DB_NAME: user,
    SERVER_MSGQUEUE_KIND: 'postgres',
    SERVER_PORT: String(ports.api),
    SERVER_URL: `http://127.0.0.1:${String(ports.runtime)}`,
    SERVER_GRPC_PORT: String(ports.grpc),
    SERVER_GRPC_INSECURE: 't',
    SERVER_GRPC_BROADCAST_ADDRESS: `127.0.0.1:${String(ports.grpc)}`,
    SERVER_INTERNAL_CLIENT_INTERNAL_GRPC_BROADCAST_ADDRESS: `127.0.0.1:${String(ports.grpc)}`,
    SERVER_HEALTHCHECK_PORT: String(ports.health),
    SERVER_AUTH_COOKIE_DOMAIN: '127.0.0.1',
    SERVER_AUTH_COOKIE_INSECURE: 't',
    SERVER_AUTH_SET_EMAIL_VERIFIED: 't',
    SERVER_SECURITY_CHECK_ENABLED: 'f',
    SERVER_LOGGER_LEVEL: 'warn',
    LITE_STATIC_ASSET_DIR: join(folder, 'dashboard'),
    LITE_FRONTEND_PORT: String(ports.frontend),
    LITE_RUNTIME_PORT: String(ports.runtime),
  };
}
