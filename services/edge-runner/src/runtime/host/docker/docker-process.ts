import { BenchbusError } from '@benchbus/events';
import { containerDied, tailOfContainer, untilContainerEnded } from '@benchbus/docker';
import { crashPoint, namedEffect } from '@benchbus/service';
import type { ProcessKind } from '@benchbus/suites';
import { endProblem } from '../../../domain/container-problems.ts';
import type { UserIds } from '../../../domain/image-look.ts';
import type { ProgramEnd } from '../../process/run-program.ts';
import { requireFreePort } from '../free-ports.ts';
import { ProcessFolders, type Sharing } from '../process-folders.ts';
import type { ProcessFiles } from '../process-files.ts';
import type { FollowLog, HostCommand, HostedProcess, ProcessEnded, ProcessPlace, RunOptions } from '../process-host.ts';
import type { ContainerSpec } from './container-options.ts';
import * as containers from './containers.ts';
import { followContainer } from './follow-container.ts';
import type { ImageFacts } from './image-facts.ts';
import { containerName, type Pod } from './pod.ts';
import { runContainer } from './run-container.ts';
import type { StartedContainers } from './started-containers.ts';

export interface DockerProcessSpec {
  readonly pod: Pod;
  readonly started: StartedContainers;
  readonly kind: ProcessKind;
  readonly files: ProcessFiles;
  readonly sharing: Sharing;
  readonly image: string;
  readonly facts: ImageFacts;
  readonly ids: UserIds;
  readonly binds: readonly string[];
  readonly groups: readonly number[];
  /** Of the engine's machine, under the same path. */
  readonly folders: readonly string[];
}

const SAID_LINES = 400;
const SAID_BYTES = 64 * 1024;

/** A process as a container of its own, in the pod of its node. */
export class DockerProcess extends ProcessFolders implements HostedProcess {
  readonly kind: ProcessKind;
  readonly place: ProcessPlace;
  readonly facts: Readonly<Record<string, string>>;
  readonly #spec: DockerProcessSpec;
  readonly #name: string;
  readonly #commandName: string;
  #commands: Promise<unknown> = Promise.resolve();

  constructor(spec: DockerProcessSpec) {
    const { pod, kind, files, sharing, ids, facts } = spec;
    const { dataDir, configDir, runDir } = files;
    super(files, { name: `${ids.uid}:${ids.gid}`, ids }, sharing);
    this.#spec = spec;
    this.kind = kind;
    this.place = { dataDir, configDir, runDir, binDir: facts.look?.binDir };
    this.facts = { [`image.${kind}`]: facts.reference };
    this.#name = containerName(pod, kind);
    this.#commandName = containerName(pod, kind, 'command');
  }

  /** One at a time, in a container of its own: it can be ended, which what is executed in another's cannot. */
  run(command: HostCommand, options: RunOptions): Promise<ProgramEnd> {
    const run = () => runContainer(this.#spec.pod, this.#container(this.#commandName, command), options);
    const done = this.#commands.then(run, run);
    this.#commands = done.catch(() => undefined);
    return done;
  }

  /** What an earlier runner's command does would be done anew: it is ended. */
  async untilIdle(signal: AbortSignal): Promise<void> {
    const { pod } = this.#spec;
    await this.#commands;
    signal.throwIfAborted();
    const left = await containers.ownContainer(pod, this.#commandName);
    if (left !== undefined) await containers.removeContainer(pod, left.Id);
  }

  /** A pod's network is its alone: all that can be wrong with it is that it is not there. A machine's is everybody's on it. */
  async requireFreePorts(address: string, ports: readonly number[]): Promise<void> {
    const { pod } = this.#spec;
    if (pod.network === 'machine') {
      for (const port of ports) await requireFreePort(address, port);
      return;
    }
    const pause = await containers.ownContainer(pod, pod.pod);
    const at = Object.values(pause?.NetworkSettings.Networks ?? {}).map(({ IPAddress }) => IPAddress);
    if (pause?.State.Running === true && at.includes(address)) return;
    if (pause?.State.Running !== true)
      throw new BenchbusError(containerDied({ node: pod.node, container: pod.pod }, pause?.State.ExitCode, ''));
    throw new BenchbusError({
      code: 'ADDRESS_NOT_USABLE',
      message: `the node has the address ${at.join(', ') || 'none'}, and not ${address}`,
      where: `${pod.node}/${pod.pod}`,
      hint: 'somebody has changed its network (docker network connect); start the suite again',
    });
  }

  async start(command: HostCommand): Promise<'started' | 'adopted'> {
    const { pod } = this.#spec;
    if (await this.isRunning()) return 'adopted';
    // The last one, one of an earlier deployment, or one that a crashed runner made and never started.
    const left = await containers.inspectContainer(pod, this.#name);
    if (left !== undefined) await namedEffect('container-remove', () => containers.removeContainer(pod, left.Id));
    await containers.startContainer(pod, this.#container(this.#name, command), () =>
      crashPoint('after.container-create'),
    );
    return 'started';
  }

  async isRunning(): Promise<boolean> {
    return (await this.#own())?.State.Running === true;
  }

  async untilEnded(signal: AbortSignal): Promise<ProcessEnded> {
    const { pod, kind: container, image } = this.#spec;
    const { engine, node } = pod;
    const there = await this.#own();
    if (there === undefined) return { code: undefined, said: '' };
    await untilContainerEnded(engine, there.Id, signal);
    const said = (await tailOfContainer(engine, there.Id, SAID_LINES)).slice(-SAID_BYTES);
    const state = (await containers.inspectContainer(pod, there.Id))?.State;
    if (state === undefined) return { code: undefined, said };
    const { ExitCode: exitCode, OOMKilled: oomKilled } = state;
    const problem = endProblem({ node, container, image, exitCode, oomKilled, said });
    return { code: exitCode, said, ...(problem === undefined ? {} : { problem }) };
  }

  async stop({ signal, graceMs }: { signal: NodeJS.Signals; graceMs: number }): Promise<void> {
    const there = await this.#own();
    if (there?.State.Running !== true) return;
    await namedEffect('process-stop', () => containers.endContainer(this.#spec.pod, there.Id, signal, graceMs));
  }

  async kill(): Promise<void> {
    const there = await this.#own();
    if (there?.State.Running === true) await containers.endContainer(this.#spec.pod, there.Id, 'SIGKILL', 0);
  }

  followLog(options: FollowLog): Promise<{ stop(): Promise<void> }> {
    return Promise.resolve(followContainer(this.#spec.pod, this.#spec.started, this.#name, options));
  }

  #own() {
    return containers.ownContainer(this.#spec.pod, this.#name);
  }

  #container(name: string, { program, args, env }: HostCommand): ContainerSpec {
    const { kind, image, facts, ids, groups, binds, folders, files } = this.#spec;
    return {
      name,
      ...{ process: kind, image, imageVolumes: facts.volumes, groups, binds, folders },
      user: `${ids.uid}:${ids.gid}`,
      argv: [program, ...args],
      // HOME is its own, so that nobody's ~/.pgpass or settings have a say. A script hears of its end with what it started.
      env: { LC_ALL: 'C', HOME: files.runDir, ...(program === 'sh' ? { TINI_KILL_PROCESS_GROUP: '1' } : {}), ...env },
      workingDir: files.home,
    };
  }
}
