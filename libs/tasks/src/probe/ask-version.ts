import { DispatcherDefinition } from '@hatchet-dev/typescript-sdk/protoc/dispatcher/dispatcher.js';
import { ChannelCredentials, createChannel, createClient, ClientError, Metadata, Status } from 'nice-grpc';
import type { HatchetConfig } from '../config/index.ts';
import { notAnEngine, refusedToken, unreachable } from './explain.ts';
import { grpcTls } from './tls-options.ts';

function credentials(config: HatchetConfig): ChannelCredentials {
  const tls = grpcTls(config);
  if (!tls) return ChannelCredentials.createInsecure();
  return ChannelCredentials.createSsl(tls.ca ?? null, tls.key ?? null, tls.cert ?? null);
}

/** The engine's version over gRPC. @throws BenchbusError HATCHET_TOKEN_REFUSED | HATCHET_UNREACHABLE | HATCHET_NOT_AN_ENGINE */
export async function askVersion(config: HatchetConfig, timeoutMs: number): Promise<string> {
  const { serverName } = config.tls;
  const options = serverName === undefined ? {} : { 'grpc.ssl_target_name_override': serverName };
  const channel = createChannel(config.hostPort, credentials(config), options);
  try {
    const client = createClient(DispatcherDefinition, channel);
    const metadata = new Metadata({ authorization: `bearer ${config.token}` });
    const { version } = await client.getVersion({}, { metadata, signal: AbortSignal.timeout(timeoutMs) });
    return version;
  } catch (error) {
    throw answerOf(error, config.hostPort, timeoutMs);
  } finally {
    channel.close();
  }
}

function answerOf(error: unknown, where: string, timeoutMs: number) {
  if (!(error instanceof ClientError)) return unreachable(`no answer within ${timeoutMs} ms`, where);
  if (error.code === Status.UNAUTHENTICATED || error.code === Status.PERMISSION_DENIED) return refusedToken(where);
  if (error.code === Status.UNIMPLEMENTED) return notAnEngine('it knows no Dispatcher/GetVersion', where);
  return unreachable(error.details, where);
}
