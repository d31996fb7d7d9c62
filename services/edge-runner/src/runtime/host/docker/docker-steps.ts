import { relative, sep } from 'node:path';
import { LOCK_BUSY } from '@benchbus/processes';
import { CGROUPS_DIR, untilContainerEnded } from '@benchbus/docker';
import type { RunProcess } from '../../../observe/run-processes.ts';
import { throttlingOf, type Throttling } from '../../../observe/throttling.ts';
import type { LocalUser } from '../../process/local-user.ts';
import { stepFiles } from '../../process/step-files.ts';
import { STEP_SCRIPT } from '../../process/step-script.ts';
import type { StepCommand, StepHost } from '../step-host.ts';
import * as containers from './containers.ts';
import { containerName, type PodWithTools } from './pod.ts';
import { runContainers } from './run-containers.ts';

/** How long an engine that does not answer is asked for a step's end: a measurement is not given up for its restart. */
const NEVER = new AbortController().signal;

/** Steps of load tools as containers of the runner's own image in the load node's pod: under its limits, and in its network. */
export class DockerStepHost implements StepHost {
  readonly isThisMachine = false;
  readonly #pod: PodWithTools;

  constructor(pod: PodWithTools) {
    this.#pod = pod;
  }

  /** The image is open to all, while a root without capabilities may not enter the user's folders. */
  ownUser(user: LocalUser): LocalUser {
    return user;
  }

  async spawn(step: StepCommand): ReturnType<StepHost['spawn']> {
    const pod = this.#pod;
    const name = this.#name(step);
    const there = await containers.ownContainer(pod, name);
    // An earlier runner's, which the new one waits for.
    if (there?.State.Running === true) return { gone: this.#gone(there.Id) };
    const left = await containers.inspectContainer(pod, name);
    if (left !== undefined) await containers.removeContainer(pod, left.Id);
    const { dir, argv, env, user } = step;
    const flock = ['--no-fork', '-n', '-E', String(LOCK_BUSY), stepFiles(dir).lock] as const;
    const id = await containers.startContainer(pod, {
      name,
      process: 'load',
      image: pod.runnerImage,
      imageVolumes: [],
      user: user.ids === undefined ? '' : `${user.ids.uid}:${user.ids.gid}`,
      groups: [],
      argv: ['flock', ...flock, 'sh', '-c', STEP_SCRIPT, 'benchbus-step', dir, ...argv],
      // The init hands signals on to all that the step started.
      env: { LC_ALL: 'C', TINI_KILL_PROCESS_GROUP: '1', ...env },
      workingDir: dir,
      binds: [],
    });
    return { gone: this.#gone(id) };
  }

  async end(step: StepCommand, gone: Promise<unknown>, graceMs: number): Promise<void> {
    const there = await containers.ownContainer(this.#pod, this.#name(step));
    if (there?.State.Running === true) await containers.endContainer(this.#pod, there.Id, 'SIGTERM', graceMs);
    await gone.catch(() => undefined);
  }

  processes(): Promise<readonly RunProcess[]> {
    return runContainers(this.#pod);
  }

  throttling(): Throttling | undefined {
    return throttlingOf(CGROUPS_DIR, this.#pod.cgroupParent);
  }

  async cpuSeconds(step: Pick<StepCommand, 'dir'>): Promise<number | undefined> {
    const nanoseconds = await containers.cpuNanoseconds(this.#pod, this.#name(step));
    return nanoseconds === undefined ? undefined : nanoseconds / 1e9;
  }

  async #gone(id: string): Promise<number | undefined> {
    const pod = this.#pod;
    await untilContainerEnded(pod.engine, id, NEVER);
    const code = (await containers.inspectContainer(pod, id))?.State.ExitCode;
    await containers.removeContainer(pod, id);
    return code === undefined || code > 128 ? undefined : code;
  }

  /** `<pod>.load.attempt-1.measure`: the step's folder below the node's. */
  #name({ dir }: Pick<StepCommand, 'dir'>): string {
    const parts = relative(this.#pod.nodeDir, dir).split(sep);
    return containerName(this.#pod, 'load', ...parts.map((part) => part.replaceAll(/[^\w-]/g, '_')));
  }
}
