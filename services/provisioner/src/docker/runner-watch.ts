import { EventEmitter, once } from 'node:events';
import { LABEL, containerDied, fenceText, oomKilled } from '@benchbus/docker';
import type { ContainerEvent, Engine } from '@benchbus/docker';
import type { Problem } from '@benchbus/suites';
import type { Fence } from '@benchbus/events';
import type { Logger } from 'pino';
import { runnerStartFailed } from '../domain/problems.ts';
import { nextRestart } from '../domain/restart-limit.ts';
import type { RestartLimits } from '../domain/restart-limit.ts';
import { stopRestarting } from './containers.ts';

export interface RunnerWatchOptions {
  readonly engine: Engine;
  readonly limits: RestartLimits;
  readonly logger: Logger;
  readonly mayRestart: (label: { readonly run: string; readonly fence: Fence }) => Promise<boolean>;
  readonly tail: (runId: string, node: string, containerId: string) => Promise<string>;
}

/** 128 + SIGKILL */
const KILLED = 137;

const fenceOf = (text = ''): Fence => {
  const [incarnation = '', sequence = ''] = text.split(':');
  return { incarnation, sequence: Number(sequence) };
};

/**
 * What the deaths of containers mean. The engine starts a runner again by itself; here it is decided when it shall not any
 * more: it dies too often, or the log gives it nothing to do.
 */
export class RunnerWatch {
  readonly #options: RunnerWatchOptions;
  readonly #deaths = new Map<string, number[]>();
  readonly #problems = new Map<string, Problem>();
  /** Runs, and nodes as `<run>/<node>`, that are being removed. */
  readonly #released = new Set<string>();
  readonly #fences = new Map<string, string>();
  /** Containers, with their run, of which one met the memory limit of the node that they share. */
  readonly #oom = new Map<string, string>();
  readonly #events = new EventEmitter().setMaxListeners(0);

  constructor(options: RunnerWatchOptions) {
    this.#options = options;
  }

  /** What happens to the run's containers from now on is a problem again; to those of another fence it is not. */
  expect(runId: string, node: string, fence: Fence): void {
    const text = fenceText(fence);
    if (this.#fences.get(runId) !== text) this.#problems.delete(runId);
    this.#fences.set(runId, text);
    this.#released.delete(runId);
    this.#released.delete(`${runId}/${node}`);
  }

  /** Its containers are being removed: their deaths are nobody's problem. */
  release(runId: string, node?: string): void {
    if (node !== undefined) return void this.#released.add(`${runId}/${node}`);
    this.#released.add(runId);
    this.#problems.delete(runId);
    this.#fences.delete(runId);
    for (const [id, run] of this.#oom) if (run === runId) this.#oom.delete(id);
    for (const id of this.#deaths.keys()) if (id.startsWith(`${runId}/`)) this.#deaths.delete(id);
  }

  async gaveUp(runId: string, signal: AbortSignal): Promise<Problem> {
    for (;;) {
      const problem = this.#problems.get(runId);
      if (problem !== undefined) return problem;
      await once(this.#events, runId, { signal });
    }
  }

  /** Never rejects: an engine that is away by now tells nothing. */
  async on(event: ContainerEvent): Promise<void> {
    const { [LABEL.run]: runId, [LABEL.node]: node, [LABEL.process]: kind } = event.labels;
    if (runId === undefined || node === undefined || kind === undefined) return;
    if (this.#released.has(runId) || this.#released.has(`${runId}/${node}`)) return;
    const fence = this.#fences.get(runId);
    if (fence !== undefined && fence !== event.labels[LABEL.fence]) return;
    try {
      if (event.what === 'oom') this.#oom.set(event.id, runId);
      // All containers of a pod are told when its limit is met; the one that was killed dies of it.
      else if (this.#oom.delete(event.id) && event.exitCode === KILLED)
        this.#say(runId, oomKilled({ node, container: kind }, await this.#tail(event)));
      else if (kind === 'runner') await this.#runnerDied(runId, node, event);
      else if (kind === 'pause') this.#say(runId, containerDied({ node, container: kind }, event.exitCode, ''));
    } catch (error) {
      this.#options.logger.warn({ err: error, run: runId, node }, 'a death could not be looked into');
    }
  }

  async #runnerDied(runId: string, node: string, event: ContainerEvent): Promise<void> {
    const { limits, logger, mayRestart } = this.#options;
    const where = { run: runId, node, exitCode: event.exitCode };
    const key = `${runId}/${node}`;
    const past = this.#deaths.get(key) ?? [];
    const tooOften = nextRestart(past, event.at, limits) === undefined;
    this.#deaths.set(key, [...past.filter((at) => at > event.at - limits.windowMs), event.at]);
    if (tooOften) {
      await this.#endRunner(event.id);
      const problem = runnerStartFailed(node, await this.#tail(event));
      logger.error({ ...where, ...problem }, 'the runner does not stay up: it is left dead');
      return this.#say(runId, problem);
    }
    if (await mayRestart({ run: runId, fence: fenceOf(event.labels[LABEL.fence]) }))
      return logger.warn(where, 'the runner died: the engine starts it again');
    await this.#endRunner(event.id);
    logger.info(where, 'the runner died, and is not needed any more');
  }

  /** It may be up again by now. */
  async #endRunner(id: string): Promise<void> {
    const { engine } = this.#options;
    await stopRestarting(engine, id);
    await engine.askIfThere({ doing: 'end a runner' }, () => engine.docker.getContainer(id).stop({ t: 2 }));
  }

  #tail({ labels, id }: ContainerEvent): Promise<string> {
    return this.#options.tail(labels[LABEL.run] ?? '', labels[LABEL.node] ?? '', id);
  }

  #say(runId: string, problem: Problem): void {
    if (this.#released.has(runId) || this.#problems.has(runId)) return;
    this.#problems.set(runId, problem);
    this.#events.emit(runId);
  }
}
