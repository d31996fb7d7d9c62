import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { endProcesses, findByEnvironment, identify, signalProcess } from '@benchbus/processes';
import { factsText } from '@benchbus/tasks/probe';
import { childEnv, cloudEnv } from './child-env.ts';
import type { HatchetAddress } from './hatchet.ts';
import { externalHatchet, hatchetEnv, startHatchet } from './hatchet.ts';
import { lockStateDir } from './lock.ts';
import { planNats } from './nats.ts';
import { reclaimLeftovers } from './reclaim.ts';
import { SERVICES, serviceSpec, type ServiceName } from './services.ts';
import { startOnPort } from './start-on-port.ts';
import { removeStackFile, writeStackFile } from './stack-file.ts';
import type { StateDir } from './state-dir.ts';
import { openStateDir } from './state-dir.ts';
import { Supervisor } from './supervisor.ts';
import { planValkey } from './valkey.ts';

export interface StackEvents {
  /** Something a person wants to know while it starts and runs. */
  readonly say: (text: string) => void;
  /** NATS is there, and no service yet. */
  readonly onNats?: (url: string) => Promise<void>;
}

export interface Stack {
  readonly dir: StateDir;
  readonly natsUrl: string;
  /** Rejects when a process of the stack was given up. */
  readonly failure: Promise<never>;
  /** Services first, then engine, Valkey and NATS; ends what unfinished runs left; removes temporary folders. */
  stop(): Promise<void>;
  /** SIGKILL for everything, now. */
  kill(): void;
}

const NATS_PORT = 4222;
const RUN_GRACE_MS = 5_000;

/** Processes of the installation's nodes: labelled with it, and with a run and a node (a shell that exports the first is not one). */
const nodesOf = (installation: string) =>
  findByEnvironment({ BENCHBUS_INSTALLATION: installation, BENCHBUS_RUN: undefined, BENCHBUS_NODE: undefined });

/**
 * Starts the embedded stack of one state folder in the foreground. `onKillable` gets the kill switch before anything runs.
 * @throws BenchbusError STACK_RUNNING, NATS_SERVER_MISSING, VALKEY_MISSING, STACK_CHILD_FAILED, STACK_CHILD_SLOW, STACK_PORT_UNAVAILABLE | the signal's reason
 */
export async function startStack(
  env: NodeJS.ProcessEnv,
  { say, onNats }: StackEvents,
  cancel: AbortSignal,
  onKillable: (kill: () => void) => void,
): Promise<Stack> {
  const dir = openStateDir(env);
  const lock = await lockStateDir(dir.root);
  const tempDirs: string[] = [];
  let ready: { natsUrl: string; hatchet?: HatchetAddress } | undefined;
  const startedAt = new Date().toISOString();
  const record = (): void =>
    writeStackFile(dir.root, {
      version: 1,
      installation: dir.installation,
      startedAt,
      supervisor: identify(process.pid) ?? { pid: process.pid, startTime: '' },
      children: supervisor.children(),
      tempDirs,
      ...(dir.artifacts === undefined ? {} : { artifactsDir: dir.artifacts }),
      ...ready,
    });
  const supervisor = new Supervisor({
    logsDir: dir.logs,
    onChange: record,
    onRestart: (name, why, afterMs) => say(`${name} ${why}; starting it again in ${afterMs} ms`),
  });
  onKillable(() => {
    supervisor.kill();
    for (const process of nodesOf(dir.installation)) signalProcess(process, 'SIGKILL');
  });

  const stop = async (): Promise<void> => {
    await supervisor.stop(SERVICES);
    await supervisor.stop(['hatchet']);
    await supervisor.stop(['valkey']);
    await supervisor.stop();
    const nodes = nodesOf(dir.installation);
    if (nodes.length > 0) {
      say(`ending ${nodes.length} processes of unfinished runs; the next \`benchbus up\` releases what they hold`);
      await endProcesses(nodes, RUN_GRACE_MS);
    } else {
      rmSync(dir.local, { recursive: true, force: true });
    }
    for (const folder of tempDirs) rmSync(folder, { recursive: true, force: true });
    rmSync(join(dir.run, 'hatchet.json'), { force: true });
    removeStackFile(dir.root);
    await lock.release();
  };

  try {
    const ended = await reclaimLeftovers(dir.root, dir.installation);
    if (ended > 0) say(`ended ${ended} processes of an earlier stack that was killed`);
    if (dir.artifacts !== undefined) mkdirSync(dir.artifacts, { recursive: true });
    const own = (more: Record<string, string> = {}) => childEnv(env, dir.installation, more);
    const ports = { supervisor, runDir: dir.run, cancel };
    const external = await externalHatchet(env);
    say(
      external
        ? `Hatchet: the external engine of HATCHET_CLIENT_TOKEN, ${factsText(external.facts)}`
        : 'Hatchet: the embedded engine (HATCHET_CLIENT_TOKEN is not set)',
    );
    const [hatchet, nats, valkey] = await Promise.all([
      external ? undefined : startHatchet(supervisor, dir, own(), cancel),
      startOnPort({ ...ports, name: 'nats', preferred: NATS_PORT }, (port) => planNats(env, dir, own(), port)),
      startOnPort({ ...ports, name: 'valkey' }, (port) => {
        const plan = planValkey(env, own(), port);
        tempDirs.push(plan.tempDir);
        return plan;
      }),
    ]);
    await onNats?.(nats.url);
    const serviceEnv = own({
      NATS_URL: nats.url,
      VALKEY_URL: valkey.url,
      BENCHBUS_INSTALLATION: dir.installation,
      BENCHBUS_STATE_DIR: dir.root,
      BENCHBUS_LOCAL_DIR: dir.local,
      ...(dir.artifacts === undefined ? {} : { BENCHBUS_ARTIFACTS_DIR: dir.artifacts }),
      BENCHBUS_SECRETS_DIR: dir.secrets,
      ...(external?.env ?? (hatchet ? hatchetEnv(hatchet) : {})),
    });
    // A second stack of this installation is told so, instead of waiting for the first one's end.
    const provisionerEnv = { BENCHBUS_STANDBY_LOOK_MS: '0', ...serviceEnv, ...cloudEnv(env) };
    const envOf = (name: ServiceName) => (name === 'provisioner' ? provisionerEnv : serviceEnv);
    await Promise.all(SERVICES.map((name) => supervisor.start(serviceSpec(name, envOf(name)), cancel)));
    ready = { natsUrl: nats.url, ...(hatchet ? { hatchet } : {}) };
    record();
    return { dir, natsUrl: nats.url, failure: supervisor.failure, stop, kill: () => supervisor.kill() };
  } catch (error) {
    await stop();
    throw error;
  }
}
