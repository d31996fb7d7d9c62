import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { entryOf } from '@benchbus/service';
import { hatchetVariables, readHatchetConfig } from '@benchbus/tasks/config';
import { probeEngine, type EngineFacts } from '@benchbus/tasks/probe';
import { z } from 'zod';
import type { ChildSpec } from './child-spec.ts';
import { anyFreePort } from './ports.ts';
import { PORT_TAKEN } from './start-on-port.ts';
import type { StateDir } from './state-dir.ts';
import type { Supervisor } from './supervisor.ts';

const readyFile = z.object({ token: z.string(), grpcAddress: z.string(), restUrl: z.string() });
export type HatchetAddress = z.infer<typeof readyFile>;

/** Environment of the SDK's clients. */
export const hatchetEnv = ({ token, grpcAddress, restUrl }: HatchetAddress): Record<string, string> => ({
  HATCHET_CLIENT_TOKEN: token,
  HATCHET_CLIENT_HOST_PORT: grpcAddress,
  HATCHET_CLIENT_API_URL: restUrl,
  HATCHET_CLIENT_TLS_STRATEGY: 'none',
});

/** How long each question to an engine may take. */
export const ENGINE_ANSWERS_MS = 5_000;

/**
 * An engine of its own, if a token is set: what our environment says of it, for the services, and what it answers.
 * @throws BenchbusError HATCHET_CONFIG_* | HATCHET_UNREACHABLE | HATCHET_TLS_* | HATCHET_TOKEN_REFUSED | HATCHET_NOT_AN_ENGINE
 */
export async function externalHatchet(
  env: NodeJS.ProcessEnv,
): Promise<{ readonly env: Record<string, string>; readonly facts: EngineFacts } | undefined> {
  if (!env['HATCHET_CLIENT_TOKEN']) return undefined;
  const facts = await probeEngine(readHatchetConfig(env), ENGINE_ANSWERS_MS);
  return { env: hatchetVariables(env), facts };
}

const ENGINE_PORT_TAKEN = 'ENGINE_PORT_UNAVAILABLE';

/** Starts the embedded engine on the ports it had last time; where those are taken meanwhile, on free ones. */
export async function startHatchet(
  supervisor: Supervisor,
  dir: StateDir,
  own: Record<string, string>,
  cancel: AbortSignal,
): Promise<HatchetAddress> {
  const file = join(dir.run, 'hatchet.json');
  const main = createRequire(import.meta.url).resolve('@benchbus/hatchet-embedded/main');
  const spec = (name: string, ports: Record<string, string>): ChildSpec => ({
    name,
    command: process.execPath,
    args: [entryOf(main, own)],
    env: { ...own, ...ports, BENCHBUS_HATCHET_STATE_DIR: dir.hatchet, BENCHBUS_HATCHET_READY_FILE: file },
    cwd: dir.root,
    ready: (line) =>
      line.includes('"msg":"engine ready"') ? 'ready' : line.includes(ENGINE_PORT_TAKEN) ? PORT_TAKEN : undefined,
    readyTimeoutMs: 60_000,
    graceMs: 10_000,
  });
  const answer = await supervisor.start(spec('hatchet', {}), cancel);
  if (answer === PORT_TAKEN) {
    await supervisor.remove('hatchet');
    const [grpc, rest] = [await anyFreePort(), await anyFreePort()];
    const ports = { BENCHBUS_HATCHET_GRPC_PORT: `${grpc}`, BENCHBUS_HATCHET_REST_PORT: `${rest}` };
    await supervisor.start(spec('hatchet', ports), cancel);
  }
  return readyFile.parse(JSON.parse(readFileSync(file, 'utf8')));
}
