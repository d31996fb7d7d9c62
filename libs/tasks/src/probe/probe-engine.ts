import type { HatchetConfig, TlsStrategy } from '../config/index.ts';
import { askRest } from './ask-rest.ts';
import { knock } from './knock.ts';

/** What may be said of an engine in public. */
export interface EngineFacts {
  readonly version: string;
  readonly grpc: string;
  readonly rest: string;
  readonly tls: TlsStrategy;
  readonly namespace: string;
}

/**
 * Asks the engine whether it takes us, over gRPC and REST. Nothing is registered, nothing retried; never takes longer than
 * three times `timeoutMs`.
 * @throws BenchbusError HATCHET_UNREACHABLE | HATCHET_TLS_* | HATCHET_TOKEN_REFUSED | HATCHET_NOT_AN_ENGINE
 */
export async function probeEngine(config: HatchetConfig, timeoutMs: number): Promise<EngineFacts> {
  await knock(config, timeoutMs);
  // Only who asks needs gRPC's library.
  const { askVersion } = await import('./ask-version.ts');
  const version = await askVersion(config, timeoutMs);
  await askRest(config, timeoutMs);
  const { hostPort, apiUrl, namespace, tls } = config;
  return { version, grpc: hostPort, rest: new URL(apiUrl).origin, tls: tls.strategy, namespace };
}

/** `v0.104.0 at 127.0.0.1:7077, REST http://127.0.0.1:8888, TLS none, namespace team_`. */
export const factsText = ({ version, grpc, rest, tls, namespace }: EngineFacts): string =>
  `${version} at ${grpc}, REST ${rest}, TLS ${tls}, ${namespace === '' ? 'no namespace' : `namespace ${namespace}`}`;
