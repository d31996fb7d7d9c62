import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pino, type Logger } from 'pino';
import { createToken, isOwnToken } from './auth/token.ts';
import { Alarm } from './engine/alarm.ts';
import { Core } from './engine/core.ts';
import type { EngineTls } from './engine-tls.ts';
import { DEFAULT_LIMITS, type Limits } from './engine/limits.ts';
import { EngineError } from './engine-error.ts';
import { serveGrpc } from './grpc/server.ts';
import { serveRest } from './rest/router.ts';
import { runRoutes } from './rest/run-routes.ts';
import { tenantRoutes } from './rest/tenant-routes.ts';
import { Database } from './store/database.ts';
import { SettingsStore, type SettingName } from './store/settings-store.ts';

export interface EngineOptions extends Partial<Limits> {
  /** Directory of everything the engine keeps; one engine at a time. */
  readonly stateDir: string;
  /** Address to listen on; default 127.0.0.1. */
  readonly host?: string;
  /** Address to be reached at, if it is another one than `host` (0.0.0.0 is none); it goes into the token. */
  readonly advertiseHost?: string;
  /** 0 or absent: the port of the last start, else any free one. */
  readonly grpcPort?: number;
  readonly restPort?: number;
  /** For both interfaces; absent: none. */
  readonly tls?: EngineTls;
  /** Default: silent. */
  readonly logger?: Logger;
}

export interface RunningEngine {
  readonly token: string;
  readonly tenantId: string;
  /** `host:port`. */
  readonly grpcAddress: string;
  readonly restUrl: string;
  /** @see clientEnv */
  readonly env: Readonly<
    Record<
      'HATCHET_CLIENT_TOKEN' | 'HATCHET_CLIENT_HOST_PORT' | 'HATCHET_CLIENT_API_URL' | 'HATCHET_CLIENT_TLS_STRATEGY',
      string
    >
  >;
  stop(): Promise<void>;
}

/**
 * Starts an engine in this process; resolves when it answers.
 * @throws EngineError ENGINE_STATE_LOCKED, ENGINE_STATE_TOO_NEW, ENGINE_PORT_UNAVAILABLE
 */
export async function startEngine(options: EngineOptions): Promise<RunningEngine> {
  const { stateDir, host = '127.0.0.1', tls, logger = pino({ level: 'silent' }) } = options;
  const db = new Database(stateDir);
  const settings = new SettingsStore(db);
  const tenantId = settings.getOrCreate('tenantId', randomUUID);
  const secret = settings.getOrCreate('tokenSecret', () => randomBytes(32).toString('base64url'));
  const core = new Core(db, tenantId, limitsOf(options), logger);
  const alarm = new Alarm(core);
  const isAllowed = (token: string): boolean => isOwnToken(token, tenantId, secret);
  const routes = { ...runRoutes(core), ...tenantRoutes(core, Date.now()) };
  const servers: { stop: () => Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    alarm.stop();
    for (const server of servers.toReversed()) await server.stop();
    await nextTurn(); // calls cut off by the shutdown end in this turn, before their database does
    db.close();
  };
  try {
    const grpc = await onPort(settings, 'grpcPort', options.grpcPort, (port) =>
      serveGrpc(core, isAllowed, { host, port, tls }),
    );
    servers.push(grpc);
    const rest = await onPort(settings, 'restPort', options.restPort, (port) =>
      serveRest(routes, { tenantId, isAllowed, logger }, { host, port, tls }),
    );
    servers.push(rest);
    alarm.start();
    const reachable = bracketed(options.advertiseHost ?? host);
    const grpcAddress = `${reachable}:${String(grpc.port)}`;
    const restUrl = `${tls ? 'https' : 'http'}://${reachable}:${String(rest.port)}`;
    const token = stableToken(settings, { tenantId, grpcAddress, restUrl }, secret);
    return {
      token,
      tenantId,
      grpcAddress,
      restUrl,
      env: clientEnv(token, grpcAddress, restUrl, tls),
      stop: once(stop),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** IPv6 addresses need brackets before a port. */
const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

function limitsOf(options: EngineOptions): Limits {
  return {
    heartbeatStaleMs: options.heartbeatStaleMs ?? DEFAULT_LIMITS.heartbeatStaleMs,
    reassignAfterMs: options.reassignAfterMs ?? DEFAULT_LIMITS.reassignAfterMs,
    startConfirmMs: options.startConfirmMs ?? DEFAULT_LIMITS.startConfirmMs,
  };
}

/** Listens on the configured port, else on the remembered one, else on a free one; remembers which. */
async function onPort<S extends { readonly port: number }>(
  settings: SettingsStore,
  name: SettingName,
  configured: number | undefined,
  listen: (port: number) => Promise<S>,
): Promise<S> {
  const wanted = configured || Number(settings.get(name) ?? 0);
  try {
    const server = await listen(wanted);
    settings.set(name, String(server.port));
    return server;
  } catch (cause) {
    throw new EngineError(
      'ENGINE_PORT_UNAVAILABLE',
      `${name}: cannot listen on port ${String(wanted)}; free it or configure another`,
      { cause },
    );
  }
}

/** The token of the last start as long as the addresses in it hold. */
function stableToken(settings: SettingsStore, claims: Parameters<typeof createToken>[0], secret: string): string {
  const addresses = `${claims.grpcAddress} ${claims.restUrl} `;
  const known = settings.get('token');
  if (known?.startsWith(addresses)) return known.slice(addresses.length);
  const token = createToken(claims, secret);
  settings.set('token', addresses + token);
  return token;
}

/** What a process with the unmodified SDK needs. */
export function clientEnv(token: string, grpcAddress: string, restUrl: string, tls?: EngineTls): RunningEngine['env'] {
  return {
    HATCHET_CLIENT_TOKEN: token,
    HATCHET_CLIENT_HOST_PORT: grpcAddress,
    HATCHET_CLIENT_API_URL: restUrl,
    HATCHET_CLIENT_TLS_STRATEGY: tls === undefined ? 'none' : tls.clientCa === undefined ? 'tls' : 'mtls',
  };
}

function once(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () => (stopping ??= stop());
}
