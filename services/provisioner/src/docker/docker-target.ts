import {
  DOCKER_FINAL,
  LABEL,
  ensureImage,
  fenceText,
  labelFilter,
  hardwareExceedsEngine,
  imagesOf,
  podName,
  runnerName,
  tailOfContainer,
  watchContainers,
} from '@benchbus/docker';
import type { Engine, Owner, PullOptions } from '@benchbus/docker';
import type { ContainerInfo } from 'dockerode';
import { BenchbusError } from '@benchbus/events';
import type { Plan, Problem } from '@benchbus/suites';
import { databasePassword, type ReleaseSettings } from '@benchbus/service';
import type { Logger } from 'pino';
import { lacksSecret, nodeSecrets } from '../local/node-secrets.ts';
import { runCredentials, runPasswords } from '../local/run-credentials.ts';
import type { RestartLimits } from '../domain/restart-limit.ts';
import type { RunnerCode } from '../enrolment/runner-code.ts';
import type { CheckContext, CreateContext, NodeSpec, Target, WorldItem } from '../target/target.ts';
import { Cgroups } from './cgroups.ts';
import { createContainer, containersOf, kindOf, startContainer } from './containers.ts';
import { destroyPod, destroyRunNetwork } from './destroy.ts';
import type { EngineFacts } from './engine-facts.ts';
import { accessVariables, giveAccess } from './give-access.ts';
import { giveRelease } from './give-release.ts';
import { imageHas } from './image-has.ts';
import { listDockerWorld } from './list-world.ts';
import { loadToolProblem } from './load-tool-problem.ts';
import { createNetwork, isCurrent, networksOf, removeNetworks } from './network.ts';
import { pauseContainer, runnerContainer } from './pod-containers.ts';
import { RunnerWatch } from './runner-watch.ts';
import type { RunnerWatchOptions } from './runner-watch.ts';
import { dockerRunnerEnvironment } from './runner-variables.ts';
import { createVolume, volumesOf } from './volume.ts';

export interface DockerTargetOptions {
  readonly engine: Engine;
  readonly facts: EngineFacts;
  readonly installation: string;
  readonly runnerImage: string;
  readonly socket: string;
  /** Beside the passed environment: NATS_URL and what else the configuration says. */
  readonly runnerEnv: Readonly<Record<string, string>>;
  /** Folders of this machine that runners see, too. */
  readonly runnerBinds: readonly string[];
  readonly key: Buffer;
  /** Where releases of stroppy are had. */
  readonly stroppy: ReleaseSettings;
  /** Of the operator's secrets. */
  readonly secretsDir: string | undefined;
  /** Longest wait for an external database to drop what a killed runner left there, ms. */
  readonly externalReleaseMs: number;
  readonly graceMs: number;
  readonly limits: RestartLimits;
  readonly pull: PullOptions;
  readonly logger: Logger;
  readonly mayRestart: RunnerWatchOptions['mayRestart'];
  /** For runners of a server with accounts. */
  readonly runnerCode: RunnerCode;
  readonly enrols: boolean;
  readonly onProgress: (runId: string, node: string, activity: string, done: number | undefined) => void;
}

const FINAL: ReadonlySet<string> = new Set(DOCKER_FINAL);

/** Nodes as pods of one Docker engine: a container that holds the address, and the edge runner beside it (ADR 6). */
export class DockerTarget implements Target {
  readonly name = 'docker';
  readonly #options: DockerTargetOptions;
  readonly #cgroups: Cgroups;
  readonly #watch: RunnerWatch;
  readonly #events: { stop(): Promise<void> };
  /** Images that were looked for, by run: `always` means once a run. */
  readonly #pulled = new Map<string, Set<string>>();

  constructor(options: DockerTargetOptions) {
    const { engine, facts, installation, limits, logger, mayRestart } = options;
    this.#options = options;
    this.#cgroups = new Cgroups(facts.cgroup, installation);
    const tail = async (runId: string, _node: string, id: string) =>
      this.#redact(runId, await tailOfContainer(engine, id));
    this.#watch = new RunnerWatch({ engine, limits, logger, mayRestart, tail });
    this.#events = watchContainers(engine, {
      ...labelFilter(installation),
      events: ['die', 'oom'],
      retryMs: 1_000,
      onConnected: () => undefined,
      onEvent: (event) => void this.#watch.on(event),
    });
  }

  get #world() {
    const { engine, installation, graceMs, externalReleaseMs } = this.#options;
    return { engine, installation, graceMs, externalReleaseMs, cgroups: this.#cgroups };
  }

  async check(plan: Plan, context: CheckContext): Promise<Problem | undefined> {
    const { facts, secretsDir: dir } = this.#options;
    const { cores, memoryBytes } = facts;
    const large = plan.nodes.find(({ hardware }) => hardware.cores > cores || hardware.memoryBytes > memoryBytes);
    if (large !== undefined) return hardwareExceedsEngine(large.name, large.hardware, { cores, memoryBytes });
    return lacksSecret(plan, { env: process.env, dir }) ?? (await this.#loadToolProblem(plan, context));
  }

  async #loadToolProblem(plan: Plan, { runId, fence, signal }: CheckContext): Promise<Problem | undefined> {
    const { engine, installation, runnerImage, stroppy } = this.#options;
    const has = async (node: string, program: string) => {
      await this.#pull(runId, node, [runnerImage], signal);
      return imageHas(engine, { image: runnerImage, program, owner: { installation, runId, fence }, node }, signal);
    };
    try {
      return await loadToolProblem(plan, { runnerImage, stroppy, has });
    } catch (error) {
      if (error instanceof BenchbusError && FINAL.has(error.code)) return error.problem;
      throw error;
    }
  }

  async createNode(spec: NodeSpec, context: CreateContext): Promise<void> {
    const { installation } = this.#options;
    const { runId, node, fence } = spec;
    const owner: Owner = { installation, runId, fence };
    this.#watch.expect(runId, node.name, fence);
    if (await this.#hasStale(owner, node.name)) await this.destroyNode(runId, node.name);
    await this.#pull(runId, node.name, [this.#options.runnerImage, ...imagesOf(node)], context.signal);
    await context.guard();
    context.signal.throwIfAborted();
    const networkId = await this.#network(owner, spec);
    const [pause, runner] = await this.#existing(owner, node.name);
    await this.#pod(owner, spec, networkId, pause, context);
    await this.#runner(owner, spec, runner, context);
  }

  async release(runId?: string, node?: string): Promise<void> {
    if (runId === undefined) return this.#events.stop();
    this.#watch.release(runId, node);
  }

  async destroyNode(runId: string, node: string): Promise<string[]> {
    return destroyPod(this.#world, runId, node);
  }

  async destroyRun(runId: string): Promise<void> {
    await destroyRunNetwork(this.#world, runId);
    this.#pulled.delete(runId);
  }

  list(runId?: string): Promise<WorldItem[]> {
    const { engine, installation } = this.#options;
    return listDockerWorld(engine, this.#cgroups, installation, runId);
  }

  gaveUp(runId: string, signal: AbortSignal): Promise<Problem> {
    return this.#watch.gaveUp(runId, signal);
  }

  async tail(runId: string, node: string): Promise<string> {
    const { engine, installation } = this.#options;
    const containers = await containersOf(engine, installation, runId, node);
    const runner = containers.find((one) => kindOf(one) === 'runner');
    return runner === undefined ? '' : this.#redact(runId, await tailOfContainer(engine, runner.Id));
  }

  #redact(runId: string, text: string): string {
    return runPasswords(this.#options.key, runId).reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  }

  /** Anything of the node that was made for another fence. */
  async #hasStale({ installation, runId, fence }: Owner, node: string): Promise<boolean> {
    const { engine } = this.#options;
    const [containers, volumes] = await Promise.all([
      containersOf(engine, installation, runId, node),
      volumesOf(engine, installation, runId, node),
    ]);
    return [...containers, ...volumes].some(({ Labels }) => Labels?.[LABEL.fence] !== fenceText(fence));
  }

  async #existing({ installation, runId }: Owner, node: string) {
    const containers = await containersOf(this.#options.engine, installation, runId, node);
    return ['pause', 'runner'].map((kind) => containers.find((one) => kindOf(one) === kind));
  }

  async #pull(runId: string, node: string, images: readonly string[], signal: AbortSignal): Promise<void> {
    const { engine, pull, onProgress } = this.#options;
    const done = this.#pulled.get(runId) ?? new Set();
    this.#pulled.set(runId, done);
    for (const image of images) {
      if (done.has(image)) continue;
      const tell = (activity: string, part: number | undefined) => onProgress(runId, node, activity, part);
      await ensureImage(engine, { image, node, signal, onProgress: tell }, pull);
      done.add(image);
    }
  }

  /** The run's network, made once; one of another block or log goes first, with whatever of ours is still in it. */
  async #network(owner: Owner, { cidr, node }: NodeSpec): Promise<string> {
    const { engine, installation } = this.#options;
    const networks = await networksOf(engine, installation, owner.runId);
    const current = networks.find((network) => isCurrent(network, owner, cidr));
    const others = networks.filter((network) => network !== current);
    if (others.length > 0) {
      for (const stale of await this.list(owner.runId))
        if (stale.kind === 'container' && stale.node !== undefined && current === undefined)
          await this.destroyNode(owner.runId, stale.node);
      await removeNetworks(engine, others);
    }
    return current?.Id ?? createNetwork(engine, owner, cidr, node.name);
  }

  async #pod(
    owner: Owner,
    { node, runId }: NodeSpec,
    networkId: string,
    existing: ContainerInfo | undefined,
    { guard, signal }: CreateContext,
  ): Promise<void> {
    const { engine, installation, runnerImage } = this.#options;
    const pod = podName(installation, runId, node.name);
    const cgroupParent = this.#cgroups.parent({ runId, node: node.name });
    await guard();
    signal.throwIfAborted();
    const plan = { owner, node, pod, runnerImage, networkId, cgroupParent };
    const id = existing?.Id ?? (await createContainer(engine, 'pause', node.name, pauseContainer(plan)));
    if (existing?.State !== 'running') await startContainer(engine, 'pause', node.name, id);
    this.#cgroups.setLimits({ runId, node: node.name }, node.hardware);
  }

  async #runner(
    owner: Owner,
    { node, runId, suiteId, leaseExpiresAt, secretRefs = [] }: NodeSpec,
    existing: ContainerInfo | undefined,
    { guard, signal }: CreateContext,
  ): Promise<void> {
    const { engine, installation, runnerImage, socket, runnerEnv, runnerBinds, key, secretsDir } = this.#options;
    const { runnerCode, enrols } = this.#options;
    const pod = podName(installation, runId, node.name);
    await guard();
    signal.throwIfAborted();
    if (existing === undefined) await createVolume(engine, owner, pod, node.name);
    const label = {
      ...{ installation, run: runId, node: node.name, address: node.address, fence: owner.fence },
      ...{ leaseExpiresAt, suite: suiteId },
    };
    const cgroupParent = this.#cgroups.parent({ runId, node: node.name });
    const identity = { label, databasePassword: databasePassword(key, runId), credentials: runCredentials(key, runId) };
    const place = { pod, volume: pod, cgroupParent, runnerImage };
    const secrets = nodeSecrets(secretRefs, { env: process.env, dir: secretsDir });
    const access = accessVariables(process.env, enrols);
    const env = { ...dockerRunnerEnvironment(process.env, runnerEnv, identity, place), ...secrets, ...access };
    const plan = { owner, node, runnerImage, name: runnerName(pod), volume: pod, socket, env, binds: runnerBinds };
    const id = existing?.Id ?? (await createContainer(engine, 'runner', node.name, runnerContainer(plan)));
    if (existing?.State !== 'running') {
      await giveRelease(engine, { id, node, stroppy: this.#options.stroppy });
      const code = await runnerCode({ runId, node: node.name, fence: owner.fence });
      await giveAccess(engine, { id, node: node.name, env: process.env, code });
    }
    await guard();
    signal.throwIfAborted();
    await startContainer(engine, 'runner', node.name, id);
  }
}
