import { decideAndAppend, subjects } from '@benchbus/events';
import type { EventBus } from '@benchbus/events';
import type { Problem } from '@benchbus/suites';
import type { CreateContext, NodeSpec, Target, WorldItem } from '../target/target.ts';

/** A target whose world is a map: for properties over many orders of events, which real processes are too slow for. */
export class MemoryTarget implements Target {
  readonly name = 'local';
  place?: string;
  readonly world = new Map<string, NodeSpec>();
  readonly #bus: Pick<EventBus, 'log'>;
  #runners = 0;
  /** What its runners speak; undefined: they do not say. */
  protocol: string | undefined;

  constructor(bus: Pick<EventBus, 'log'>) {
    this.#bus = bus;
  }

  check(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async createNode(spec: NodeSpec, { signal, guard }: CreateContext): Promise<void> {
    const { runId, suiteId, node, fence } = spec;
    const key = `${runId}/${node.name}`;
    if (this.world.get(key)?.fence.sequence === fence.sequence) return;
    await guard();
    signal.throwIfAborted();
    // A real spawn takes its time too; only the run's lane keeps a destroy from looking in between.
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    this.world.set(key, spec);
    const subject = subjects.edge(runId, node.name);
    const instance = String((this.#runners += 1));
    await decideAndAppend(this.#bus.log, subject, () => ({
      name: 'EdgeRunnerReady',
      subject,
      data: { runId, node: node.name, instance, version: '0', ...(this.protocol && { protocol: this.protocol }) },
      cause: instance,
      correlation: suiteId,
    }));
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  destroyNode(runId: string, node: string): Promise<string[]> {
    return Promise.resolve(this.world.delete(`${runId}/${node}`) ? [`node ${node}`] : []);
  }

  destroyRun(): Promise<void> {
    return Promise.resolve();
  }

  list(runId?: string): Promise<WorldItem[]> {
    const specs = [...this.world.values()].filter((spec) => runId === undefined || spec.runId === runId);
    return Promise.resolve(
      specs.map(({ runId: run, node, fence }) => ({
        kind: 'process',
        runId: run,
        node: node.name,
        incarnation: fence.incarnation,
        what: node.name,
      })),
    );
  }

  gaveUp(_runId: string, signal: AbortSignal): Promise<Problem> {
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }

  tail(): Promise<string> {
    return Promise.resolve('');
  }
}
