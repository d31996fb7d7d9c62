import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectBus, decideAndAppend, subjects } from '@benchbus/events';
import type { AnyDraft, AnyRecorded, EventBus, EventData, EventName } from '@benchbus/events';
import { startNatsServer } from '@benchbus/events/testing';
import { isAlive, labelledProcesses, signalProcess } from '@benchbus/processes';
import { launchService, spawnService } from '@benchbus/service/testing';
import type { Child, SpawnedService } from '@benchbus/service/testing';
import { shmExists, sysvSegments } from '../adapters/shared-memory.ts';
import { destroyNode } from '../local/destroy-node.ts';
import { nodeFolders } from '../local/node-folder.ts';
import { nodeProcesses } from '../local/node-processes.ts';
import { queuedRun } from './queued-run.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
export const FIXTURE = here('fixture-runner.ts');

export interface Scene {
  readonly installation: string;
  readonly root: string;
  readonly localDir: string;
  readonly stateDir: string;
  readonly locksDir: string;
  readonly bus: EventBus;
  readonly whose: { readonly installation: string; readonly localDir: string };
  /** Starts the provisioner and waits until it dies at the crash point. */
  crashAt(point: string, env?: Record<string, string>): Promise<void>;
  /** Starts a provisioner beside one that serves, and waits until it stands by. */
  standby(env?: Record<string, string>): Promise<Child>;
  /** Starts the provisioner as a process; `env` is added. */
  provisioner(env?: Record<string, string>): Promise<SpawnedService>;
  env(env?: Record<string, string>): Record<string, string>;
  append(draft: AnyDraft): Promise<AnyRecorded | undefined>;
  /** RunQueued, RunStageStarted{provision}, RunDeploymentRequested. */
  request(runId: string, options?: RequestOptions): Promise<void>;
  release(runId: string): Promise<void>;
  /** Resolves with the deployment's (or another aggregate's) first event of one of these names. */
  event<N extends EventName>(subject: string, ...names: N[]): Promise<Extract<AnyRecorded, { name: N }>>;
  hostAnnounced(): Promise<EventData<'HostAnnounced'> & { readonly hostId: string }>;
  /** Kills everything of this installation, removes every folder. */
  close(): Promise<void>;
}

export interface RequestOptions {
  readonly attempt?: number;
  readonly deadlineMs?: number;
  readonly leaseMs?: number;
  readonly block?: number;
  readonly hardware?: { readonly cores: number };
  readonly version?: '15' | '18';
  /** Into a bucket whose keys are nowhere. */
  readonly backup?: true;
  readonly hostId?: string;
  readonly target?: 'local' | 'docker' | 'yandex';
  /** The run as it was queued; default: one PostgreSQL and the load node. */
  readonly queued?: EventData<'RunQueued'>;
}

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** @param options.livenessTtlMs after which a killed provisioner is known to be gone; default: the bus's */
export async function setScene(options: { readonly livenessTtlMs?: number } = {}): Promise<Scene> {
  const installation = `t-${randomBytes(4).toString('hex')}`;
  const root = mkdtempSync(join(tmpdir(), 'benchbus-prov-'));
  chmodSync(root, 0o755); // nodes' folders must be reachable for the unprivileged user
  const [localDir, stateDir, locksDir] = ['local', 'state', 'locks'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  for (const dir of [localDir, stateDir]) mkdirSync(dir);
  chmodSync(localDir, 0o711);
  const nats = await startNatsServer();
  const bus = await connectBus({ servers: nats.url, name: 'test', source: 'benchbus/test', ...options });
  const services: Child[] = [];
  let host: (EventData<'HostAnnounced'> & { hostId: string }) | undefined;

  const env = (extra: Record<string, string> = {}) => ({
    NATS_URL: nats.url,
    BENCHBUS_INSTALLATION: installation,
    BENCHBUS_STATE_DIR: stateDir,
    // Local alone: an engine that another test keeps busy would be asked at each sweep.
    DOCKER_HOST: `unix://${join(root, 'no-engine.sock')}`,
    BENCHBUS_LOCAL_DIR: localDir,
    BENCHBUS_LOCAL_LOCKS_DIR: locksDir,
    BENCHBUS_NODE_STOP_GRACE_MS: '3000',
    BENCHBUS_DESTROY_RETRY_MS: '200',
    BENCHBUS_RUNNER_BACKOFF_MS: '20',
    BENCHBUS_EDGE_RUNNER_COMMAND: JSON.stringify([process.execPath, FIXTURE]),
    ...extra,
  });

  const scene: Scene = {
    installation,
    root,
    localDir,
    stateDir,
    locksDir,
    bus,
    whose: { installation, localDir },
    env,
    provisioner: async (extra) => {
      const service = await spawnService({ main: here('../main.ts'), env: env(extra) });
      services.push(service);
      return service;
    },
    standby: async (extra) => {
      const child = launchService({ main: here('../main.ts'), env: env({ BENCHBUS_STANDBY_LOOK_MS: '20', ...extra }) });
      services.push(child);
      await child.line((line) => (line.includes('standing by') ? true : undefined), 'that it stands by');
      return child;
    },
    crashAt: async (point, extra) => {
      const service = launchService({ main: here('../main.ts'), env: env({ BENCHBUS_CRASH_AT: point, ...extra }) });
      services.push(service);
      const timer = setTimeout(() => service.process.kill('SIGTERM'), 90_000);
      const { signal } = await service.exited;
      clearTimeout(timer);
      if (signal !== 'SIGKILL') throw new Error(`${point} was not reached:\n${service.lines.slice(-20).join('\n')}`);
    },
    append: (draft) => decideAndAppend(bus.log, draft.subject, () => draft),
    event: (subject, ...names) =>
      bus.log.waitFor(
        [subject],
        async () => {
          const found = (await bus.log.read(subject)).find(({ name }) => names.includes(name as never));
          return found as Extract<AnyRecorded, { name: (typeof names)[number] }> | undefined;
        },
        { what: `${names.join(' or ')} of ${subject}`, timeoutMs: 150_000 },
      ),
    hostAnnounced: async () => {
      if (host !== undefined) return host;
      const event = await bus.log.waitFor(
        ['evt.host.*'],
        async () => {
          const file = join(stateDir, 'host-id');
          if (!existsSync(file)) return undefined;
          const hostId = readFileSync(file, 'utf8').trim();
          const last = (await bus.log.read(subjects.host(hostId))).findLast(({ name }) => name === 'HostAnnounced');
          return last?.name === 'HostAnnounced' ? { ...last.data, hostId } : undefined;
        },
        { what: 'HostAnnounced', timeoutMs: 20_000 },
      );
      return (host = event);
    },
    request: async (runId, options = {}) => {
      const announced = await scene.hostAnnounced();
      const { attempt = 1, deadlineMs = 40_000, leaseMs = 3_600_000, block = 5, target = 'local' } = options;
      const subject = subjects.run(runId);
      const pool = announced.targets.find(({ name }) => name === target)?.pool;
      const [a, b] = (pool?.cidr ?? '').split('.');
      const base = { subject, correlation: 's1', cause: `${runId}-${attempt}`, attempt };
      if (attempt === 1) await scene.append({ ...base, name: 'RunQueued', data: options.queued ?? queuedRun(options) });
      await scene.append({
        ...base,
        name: 'RunStageStarted',
        data: { stage: 'provision', attempt, deadline: inMs(deadlineMs) },
      });
      await scene.append({
        ...base,
        name: 'RunDeploymentRequested',
        data: {
          attempt,
          target,
          hostId: options.hostId ?? announced.hostId,
          cidr: `${a}.${b}.${block}.0/24`,
          deadline: inMs(deadlineMs),
          leaseExpiresAt: inMs(leaseMs),
        },
      });
    },
    release: async (runId) => {
      const base = { subject: subjects.run(runId), correlation: 's1', cause: `${runId}-end` };
      await scene.append({ ...base, name: 'RunCancelled', data: { reason: 'test' } });
      await scene.append({ ...base, name: 'RunReleaseRequested', data: { reason: 'ended', deadline: inMs(60_000) } });
    },
    close: async () => {
      for (const service of services)
        if (service.process.exitCode === null && service.process.signalCode === null) await service.stop('SIGKILL');
      // With the driver itself: a killed database would leave its shared memory to the machine.
      for (const { runId, node } of nodeFolders(localDir, installation))
        await destroyNode(scene.whose, runId, node, 1_000);
      killAll(scene);
      await bus.close();
      await nats.stop();
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return scene;
}

/** kill -9 for everything of the installation, postmasters and their children too. */
export function killAll({ whose }: Pick<Scene, 'whose'>): void {
  for (let round = 0; round < 3; round += 1) {
    const all = [...nodeProcesses(whose), ...labelledProcesses(whose.installation)];
    for (const victim of all) signalProcess(victim, 'SIGKILL');
    if (all.every((victim) => !isAlive(victim))) return;
  }
}

/** What is left of the installation in the real world; empty when everything was released. */
export function leftovers(
  { whose, localDir }: Pick<Scene, 'whose' | 'localDir'>,
  shm: readonly string[] = [],
): string[] {
  return [
    ...nodeProcesses(whose).map(({ pid, command }) => `process ${pid} ${command}`),
    ...readdirSync(localDir).map((name) => `folder ${name}`),
    ...shm.filter(shmExists),
  ];
}

export const segmentIds = (): string[] => sysvSegments().map(({ id }) => id);
