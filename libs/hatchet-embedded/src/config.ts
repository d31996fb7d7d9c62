import { z } from 'zod';
import { EngineError } from './engine-error.ts';

const port = z.coerce.number().int().min(0).max(65_535).default(0);
const duration = z.coerce.number().int().min(1).optional();

const environment = z.object({
  BENCHBUS_HATCHET_STATE_DIR: z.string().min(1),
  BENCHBUS_HATCHET_HOST: z.string().min(1).default('127.0.0.1'),
  BENCHBUS_HATCHET_ADVERTISE_HOST: z.string().min(1).optional(),
  BENCHBUS_HATCHET_GRPC_PORT: port,
  BENCHBUS_HATCHET_REST_PORT: port,
  BENCHBUS_HATCHET_READY_FILE: z.string().min(1).optional(),
  BENCHBUS_HATCHET_HEARTBEAT_STALE_MS: duration,
  BENCHBUS_HATCHET_REASSIGN_AFTER_MS: duration,
});

/** The process's configuration from its environment; every wrong variable is named at once. */
export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  const result = environment.safeParse(env);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new EngineError('ENGINE_CONFIG_INVALID', problems);
  }
  const { data } = result;
  return {
    stateDir: data.BENCHBUS_HATCHET_STATE_DIR,
    host: data.BENCHBUS_HATCHET_HOST,
    ...(data.BENCHBUS_HATCHET_ADVERTISE_HOST === undefined
      ? {}
      : { advertiseHost: data.BENCHBUS_HATCHET_ADVERTISE_HOST }),
    grpcPort: data.BENCHBUS_HATCHET_GRPC_PORT,
    restPort: data.BENCHBUS_HATCHET_REST_PORT,
    readyFile: data.BENCHBUS_HATCHET_READY_FILE,
    ...(data.BENCHBUS_HATCHET_HEARTBEAT_STALE_MS === undefined
      ? {}
      : { heartbeatStaleMs: data.BENCHBUS_HATCHET_HEARTBEAT_STALE_MS }),
    ...(data.BENCHBUS_HATCHET_REASSIGN_AFTER_MS === undefined
      ? {}
      : { reassignAfterMs: data.BENCHBUS_HATCHET_REASSIGN_AFTER_MS }),
  };
}
