import {
  createChannel,
  createClientFactory,
  Metadata,
  type Channel,
  type CompatServiceDefinition,
  type Client,
} from 'nice-grpc';
import { workflowToProto } from '@hatchet-dev/typescript-sdk/v1/client/worker/workflow-proto.js';
import type { RunningEngine } from '../start-engine.ts';

/** gRPC calls without the SDK's eight attempts, for refusals. Close the channel after use. */
export function rawClient<S extends CompatServiceDefinition>(
  engine: Pick<RunningEngine, 'grpcAddress'>,
  token: string | undefined,
  definition: S,
): { client: Client<S>; channel: Channel } {
  const channel = createChannel(engine.grpcAddress);
  const metadata = token === undefined ? new Metadata() : new Metadata({ authorization: `bearer ${token}` });
  const client = createClientFactory().create(definition, channel, { '*': { metadata } });
  return { client, channel };
}

/** The message the SDK would send for this declaration. */
export const putRequest = workflowToProto;
