import { resolve } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';
import { HatchetConfigInvalid } from './problems.ts';
import { tlsFileProblems, type TlsFiles } from './tls-files.ts';
import { tokenClaims } from './token-claims.ts';
import { parseHostPort, readVariables, type HostPort, type Variables } from './variables.ts';

export type TlsStrategy = 'none' | 'tls' | 'mtls';

/** The engine to use, and how. The token is a secret. */
export interface HatchetConfig {
  readonly token: string;
  readonly tenantId: string;
  /** Of the gRPC services. */
  readonly hostPort: string;
  /** Base URL of REST. */
  readonly apiUrl: string;
  /** As the engine knows it: lower-case, with `_` at its end; empty: none. */
  readonly namespace: string;
  readonly tls: { readonly strategy: TlsStrategy; readonly files: TlsFiles; readonly serverName: string | undefined };
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads HATCHET_CLIENT_*, as the SDK's users know them; relative paths are those of this process. Looks into the files.
 * @throws BenchbusError HATCHET_TOKEN_MISSING; HatchetConfigInvalid (HATCHET_CONFIG_*) with everything that is wrong
 */
export function readHatchetConfig(env: Environment = process.env): HatchetConfig {
  if (!env['HATCHET_CLIENT_TOKEN']) {
    throw new BenchbusError({
      code: 'HATCHET_TOKEN_MISSING',
      message: 'no Hatchet engine is configured',
      where: 'HATCHET_CLIENT_TOKEN',
      hint: 'set HATCHET_CLIENT_TOKEN to a token of your Hatchet server, or start the embedded stack with `benchbus up`',
    });
  }
  const read = readVariables(env);
  if ('problems' in read) throw invalid(read.problems);
  const { data } = read;
  const claims = tokenClaims(data.HATCHET_CLIENT_TOKEN);
  const files = tlsFiles(data);
  const problems = tlsFileProblems(files, data.HATCHET_CLIENT_TLS_STRATEGY);
  if (!('sub' in claims)) throw invalid([claims, ...problems]);

  const api = apiUrlOf(data);
  if (typeof api === 'object') problems.push(api);
  const hostPort = data.HATCHET_CLIENT_HOST_PORT ?? claims.grpc_broadcast_address;
  if (hostPort === undefined) problems.push(noAddress('HATCHET_CLIENT_HOST_PORT', 'gRPC', 'host:port'));
  else if (!parseHostPort(hostPort)) problems.push(badClaim('HATCHET_CLIENT_HOST_PORT', hostPort));
  const apiUrl = api ?? claims.server_url;
  if (apiUrl === undefined) problems.push(noAddress('HATCHET_CLIENT_SERVER_URL', 'REST', 'https://host'));
  else if (typeof apiUrl === 'string' && !URL.canParse(apiUrl))
    problems.push(badClaim('HATCHET_CLIENT_SERVER_URL', apiUrl));
  if (problems.length > 0 || hostPort === undefined || typeof apiUrl !== 'string') throw invalid(problems);
  return {
    token: data.HATCHET_CLIENT_TOKEN,
    tenantId: claims.sub,
    hostPort,
    apiUrl,
    namespace: namespaceOf(data),
    tls: { strategy: data.HATCHET_CLIENT_TLS_STRATEGY, files, serverName: data.HATCHET_CLIENT_TLS_SERVER_NAME },
  };
}

/** Where the gRPC services are. */
export function grpcAddress({ hostPort }: Pick<HatchetConfig, 'hostPort'>): HostPort {
  const address = parseHostPort(hostPort);
  if (!address) throw new TypeError(`${hostPort} is no address`);
  return address;
}

function invalid([first, ...more]: readonly Problem[]): HatchetConfigInvalid {
  if (!first) throw new TypeError('nothing is wrong');
  return new HatchetConfigInvalid([first, ...more]);
}

/** The SDK's own name is API_URL; both are understood. */
function apiUrlOf(data: Variables): string | Problem | undefined {
  const { HATCHET_CLIENT_SERVER_URL: server, HATCHET_CLIENT_API_URL: api } = data;
  if (server === undefined || api === undefined || new URL(server).href === new URL(api).href) return server ?? api;
  return {
    code: 'HATCHET_CONFIG_ADDRESS_CONFLICT',
    message: `HATCHET_CLIENT_SERVER_URL is ${new URL(server).host}, HATCHET_CLIENT_API_URL is ${new URL(api).host}; both mean the same`,
    where: 'HATCHET_CLIENT_SERVER_URL',
    hint: 'unset one of the two',
  };
}

const noAddress = (where: string, of: string, form: string): Problem => ({
  code: 'HATCHET_CONFIG_ADDRESS_MISSING',
  message: `the address of the engine's ${of} is neither set nor in the token`,
  where,
  hint: `set ${where} to ${form}`,
});

const badClaim = (where: string, value: string): Problem => ({
  code: 'HATCHET_CONFIG_ADDRESS_INVALID',
  message: `is not set, and what the token says instead is no address: ${JSON.stringify(value)}`,
  where,
  hint: `set ${where}`,
});

/** As the SDK makes it. */
function namespaceOf({ HATCHET_CLIENT_NAMESPACE: name = '' }: Variables): string {
  return (name === '' || name.endsWith('_') ? name : `${name}_`).toLowerCase();
}

function tlsFiles(data: Variables): TlsFiles {
  const files = {
    cert: data.HATCHET_CLIENT_TLS_CERT_FILE,
    key: data.HATCHET_CLIENT_TLS_KEY_FILE,
    ca: data.HATCHET_CLIENT_TLS_ROOT_CA_FILE,
  };
  // What is no path (a key pasted in its place) stays as it is, to be told of.
  const absolute = (path: string) => (path.includes('\n') ? path : resolve(path));
  return Object.fromEntries(Object.entries(files).flatMap(([kind, path]) => (path ? [[kind, absolute(path)]] : [])));
}
