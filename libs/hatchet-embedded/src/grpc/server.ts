import { setImmediate as nextTurn } from 'node:timers/promises';
import { ServerCredentials } from '@grpc/grpc-js';
import { createServer, ServerError, Status } from 'nice-grpc';
import { DispatcherDefinition } from '@hatchet-dev/typescript-sdk/protoc/dispatcher/dispatcher.js';
import { EventsServiceDefinition } from '@hatchet-dev/typescript-sdk/protoc/events/events.js';
import { V1DispatcherDefinition } from '@hatchet-dev/typescript-sdk/protoc/v1/dispatcher.js';
import { AdminServiceDefinition } from '@hatchet-dev/typescript-sdk/protoc/v1/workflows.js';
import { WorkflowServiceDefinition } from '@hatchet-dev/typescript-sdk/protoc/workflows/workflows.js';
import type { Core } from '../engine/core.ts';
import type { EngineTls, Listen } from '../engine-tls.ts';
import { closeSession } from '../engine/sessions.ts';
import { adminService } from './admin-service.ts';
import { dispatcherService } from './dispatcher-service.ts';
import { eventsService } from './events-service.ts';
import { guard } from './middleware.ts';
import { v1DispatcherService } from './v1-dispatcher-service.ts';
import { workflowService } from './workflow-service.ts';

/** The SDK's own default for both directions. */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

export interface GrpcServer {
  readonly port: number;
  stop(): Promise<void>;
}

function credentials({ cert, key, clientCa }: EngineTls): ServerCredentials {
  const pair = { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) };
  const mutual = clientCa !== undefined;
  return ServerCredentials.createSsl(mutual ? Buffer.from(clientCa) : null, [pair], mutual);
}

/** Serves all services. */
export async function serveGrpc(
  core: Core,
  isAllowed: (token: string) => boolean,
  { host, port, tls }: Listen,
): Promise<GrpcServer> {
  const server = createServer({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  }).use(guard(isAllowed, core.logger));
  server.add(DispatcherDefinition, dispatcherService(core));
  server.add(WorkflowServiceDefinition, workflowService(core));
  server.add(AdminServiceDefinition, adminService(core));
  server.add(EventsServiceDefinition, eventsService(core));
  server.add(V1DispatcherDefinition, v1DispatcherService());
  const address = `${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
  const bound = await server.listen(address, tls && credentials(tls));
  return {
    port: bound,
    stop: async () => {
      // A plain shutdown reports CANCELLED, which the SDK takes for its own wish; UNAVAILABLE makes it reconnect.
      core.failQueues(new ServerError(Status.UNAVAILABLE, 'the engine is stopping'));
      for (const { session } of core.workers.all()) {
        if (session) closeSession(core, session);
      }
      // One turn of the event loop lets the streams write their statuses.
      await nextTurn();
      server.forceShutdown();
    },
  };
}
