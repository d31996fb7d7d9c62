import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { homedir } from 'node:os';
import type { DockerOptions } from 'dockerode';
import { BenchbusError } from '@benchbus/events';

export const DEFAULT_HOST = 'unix:///var/run/docker.sock';

/** How an engine is reached, by the variables of Docker's own client. */
export interface EngineAddress {
  readonly host: string;
  readonly options: DockerOptions;
}

const invalid = (where: string, message: string, hint: string): BenchbusError =>
  new BenchbusError({ code: 'DOCKER_HOST_INVALID', message, where, hint });

/** cert.pem and key.pem may be missing, as with Docker's own client: not every engine asks for them. */
function certificates(folder: string): Pick<DockerOptions, 'ca' | 'cert' | 'key'> {
  const hint =
    'DOCKER_CERT_PATH (default ~/.docker) holds ca.pem, and cert.pem and key.pem where the engine asks for them';
  const read = (name: string) => {
    try {
      return readFileSync(join(folder, name));
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      throw invalid('DOCKER_CERT_PATH', `${join(folder, name)}: ${why}`, hint);
    }
  };
  const ca = read('ca.pem');
  if (!['cert.pem', 'key.pem'].some((name) => existsSync(join(folder, name)))) return { ca };
  return { ca, cert: read('cert.pem'), key: read('key.pem') };
}

/**
 * DOCKER_HOST (`unix://…`, `tcp://host:port`), with TLS when DOCKER_TLS_VERIFY is set: the server's certificate is checked
 * against ca.pem of DOCKER_CERT_PATH; cert.pem and key.pem, where they are there, are shown to it.
 * @throws BenchbusError DOCKER_HOST_INVALID
 */
export function engineAddress(env: NodeJS.ProcessEnv): EngineAddress {
  const host = env['DOCKER_HOST'] || DEFAULT_HOST;
  const hint = 'unix:///var/run/docker.sock or tcp://host:2376';
  if (host.startsWith('unix://')) return { host, options: { socketPath: host.slice('unix://'.length) } };
  const url = URL.canParse(host) ? new URL(host) : undefined;
  if (url === undefined || !['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '')
    throw invalid('DOCKER_HOST', `${host} names no engine`, hint);
  const tls = Boolean(env['DOCKER_TLS_VERIFY']) || url.protocol === 'https:';
  const port = Number(url.port) || (tls ? 2376 : 2375);
  const where = { host: url.hostname.replace(/^\[|\]$/g, ''), port };
  if (!tls) return { host, options: { protocol: 'http', ...where } };
  const folder = env['DOCKER_CERT_PATH'] || join(env['HOME'] || homedir(), '.docker');
  return { host, options: { protocol: 'https', ...where, ...certificates(folder) } };
}
