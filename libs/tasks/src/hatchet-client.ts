import { Agent } from 'node:https';
import { HatchetClient } from '@hatchet-dev/typescript-sdk';
import type { Logger } from 'pino';
import { readHatchetConfig, type HatchetConfig } from './config/index.ts';
import { restTls } from './probe/index.ts';
import { sdkLogger } from './sdk-logger.ts';

export type Hatchet = ReturnType<typeof HatchetClient.init>;

/**
 * The client every worker uses. What the SDK says goes to `logger`, as child `hatchet` (LOG_MAPPING knows it by that name).
 * @throws BenchbusError HATCHET_TOKEN_MISSING, HATCHET_CONFIG_*
 */
export function connectHatchet(logger: Logger, config: HatchetConfig = readHatchetConfig()): Hatchet {
  const { token, hostPort, apiUrl, namespace, tls } = config;
  const { cert, key, ca } = tls.files;
  const client = {
    token,
    host_port: hostPort,
    api_url: apiUrl,
    namespace,
    tls_config: {
      tls_strategy: tls.strategy,
      ...(cert === undefined ? {} : { cert_file: cert }),
      ...(key === undefined ? {} : { key_file: key }),
      ...(ca === undefined ? {} : { ca_file: ca }),
      ...(tls.serverName === undefined ? {} : { server_name: tls.serverName }),
    },
    // The same port for every process of a machine; services have their own.
    healthcheck: { enabled: false, port: 8001 },
    logger: sdkLogger(logger.child({ name: 'hatchet' })),
  };
  // The SDK takes TLS files for gRPC only.
  const rest = apiUrl.startsWith('https:') ? { httpsAgent: new Agent({ keepAlive: true, ...restTls(config) }) } : {};
  return HatchetClient.init(client, undefined, rest);
}
