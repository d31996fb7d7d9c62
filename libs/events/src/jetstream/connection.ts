import {
  AuthorizationError,
  connect,
  credsAuthenticator,
  jwtAuthenticator,
  type Authenticator,
  type NatsConnection,
} from '@nats-io/transport-node';
import { OUTSIDE_API } from '../access/account.ts';
import { isOutsideJwt, jwtOf, publicKeyOf } from '../access/creds.ts';
import { inboxPrefix } from '../access/inbox.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { BenchbusError, NatsUnreachable } from '../bus/errors.ts';
import { tlsOptions } from './tls-options.ts';

const OLDEST = [2, 12] as const;
const RETRY_MS = 250;

/** Who we are to a server with accounts: by the text of a `.creds` file, or by a JWT that is asked for at each connection. */
export type Access =
  { readonly creds: string } | { readonly publicKey: string; readonly seed: string; readonly jwt: () => string };

/**
 * Users of an account have a place of their own for answers; others use everybody's.
 * @throws BenchbusError NATS_CREDS_INVALID
 */
export const inboxPrefixOf = (access: Access | undefined): string | undefined =>
  access && inboxPrefix('publicKey' in access ? access.publicKey : publicKeyOf(access.creds));

/**
 * How this user calls JetStream's API: outside the services' account by another name. A server without accounts takes everybody, and
 * knows no such name.
 */
export const apiOf = ({ info }: NatsConnection, access: Access | undefined): string =>
  info?.auth_required === true &&
  access !== undefined &&
  isOutsideJwt('creds' in access ? jwtOf(access.creds) : access.jwt())
    ? OUTSIDE_API
    : '$JS.API';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const authenticatorOf = (access: Access): Authenticator =>
  'creds' in access ? credsAuthenticator(bytes(access.creds)) : jwtAuthenticator(access.jwt, bytes(access.seed));

/** Who we are to the server, and by what we know it. */
export interface NatsSecurity {
  /** Who we are to a server with accounts. Default: what stands in the URL. */
  readonly access?: Access;
  /** Certificates that the server's is checked by, PEM; default: those of the system. TLS itself the server or `tls://` asks for. */
  readonly caFile?: string;
  /** Our own certificate and its key, PEM, for a server that asks for one (mTLS): both or none. */
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** Those of the options that say so. */
export const securityOf = ({ access, caFile, certFile, keyFile }: NatsSecurity): NatsSecurity => ({
  ...(access && { access }),
  ...(caFile === undefined ? {} : { caFile }),
  ...(certFile === undefined ? {} : { certFile }),
  ...(keyFile === undefined ? {} : { keyFile }),
});

export interface ConnectionSettings extends NatsSecurity {
  /** `nats://host:port`, comma-separated or several. */
  readonly servers: string | readonly string[];
  readonly name: string;
  /** How long the first connection is tried. */
  readonly connectTimeoutMs: number;
}

interface Address {
  /** Without credentials: fit for logs and errors. */
  readonly server: string;
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
}

/** `nats://user:secret@host:4222` → its parts. */
function parseAddress(server: string): Address {
  const url = new URL(server.includes('://') ? server : `nats://${server}`);
  const host = `${url.protocol}//${url.host}`;
  const [user, pass] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  if (user === '') return { server: host };
  return pass === '' ? { server: host, token: user } : { server: host, user, pass };
}

function checkVersion(nc: NatsConnection, address: string): void {
  const version = nc.info?.version ?? '0.0.0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new BenchbusError({
    code: 'NATS_TOO_OLD',
    message: `nats-server ${version} at ${address}; ${OLDEST.join('.')} or newer is needed`,
    where: address,
    hint: 'older ones lack sync_interval and filtered ordered consumers; see `benchbus doctor`',
  });
}

const refused = (address: string, cause: Error) =>
  new BenchbusError(
    {
      code: 'NATS_ACCESS_REFUSED',
      message: `NATS at ${address} does not let us in: ${cause.message}`,
      where: address,
      hint: 'credentials end by themselves: are they of this server, and not too old?',
    },
    { cause },
  );

/** Connects, trying for `connectTimeoutMs`; once connected, it reconnects for ever. @throws NATS_UNREACHABLE | NATS_ACCESS_REFUSED | NATS_TOO_OLD */
export async function openConnection(settings: ConnectionSettings): Promise<NatsConnection> {
  const list = typeof settings.servers === 'string' ? settings.servers.split(',') : [...settings.servers];
  const addresses = list.map((server) => parseAddress(server.trim()));
  const { user, pass, token } = addresses[0] ?? {};
  const shown = addresses.map((address) => address.server).join(', ');
  const deadline = Date.now() + settings.connectTimeoutMs;
  const { access, caFile, certFile } = settings;
  const prefix = inboxPrefixOf(access);
  // Of an IPv6 address a URL has brackets.
  const hosts = addresses.map(({ server }) => new URL(server).hostname.replace(/^\[|\]$/g, ''));
  // The client knows TLS by an option only, not by the URL.
  const isTls = (caFile ?? certFile) !== undefined || addresses.some(({ server }) => server.startsWith('tls:'));
  for (;;) {
    try {
      const nc = await connect({
        servers: addresses.map((address) => address.server),
        name: settings.name,
        timeout: Math.max(500, Math.min(5000, deadline - Date.now())),
        maxReconnectAttempts: -1,
        reconnectTimeWait: RETRY_MS,
        reconnectJitter: 100,
        ignoreAuthErrorAbort: true,
        // Two stacks for each request, should it fail: a fifth of what an append costs. Our own errors say what was asked.
        noAsyncTraces: true,
        pingInterval: 20_000,
        ...(user === undefined ? {} : { user }),
        ...(pass === undefined ? {} : { pass }),
        ...(token === undefined ? {} : { token }),
        ...(access === undefined ? {} : { authenticator: authenticatorOf(access) }),
        ...(prefix === undefined ? {} : { inboxPrefix: prefix }),
        ...(isTls ? { tls: tlsOptions(hosts, settings) } : {}),
      });
      try {
        checkVersion(nc, shown);
      } catch (error) {
        await nc.close();
        throw error;
      }
      return nc;
    } catch (error) {
      if (error instanceof BenchbusError) throw error;
      if (error instanceof AuthorizationError) throw refused(shown, error);
      if (Date.now() + RETRY_MS >= deadline)
        throw new NatsUnreachable(shown, error instanceof Error ? error.message : String(error), { cause: error });
      // Nothing tells when a server that is not there yet will come: the one place where trying again is the way.
      await delay(RETRY_MS);
    }
  }
}
