import { BenchbusError } from '@benchbus/events';
import type { TargetName } from '@benchbus/suites';
import type { Logger } from 'pino';
import { targetNotServed } from '../domain/problems.ts';
import type { Target, WorldItem } from '../target/target.ts';

/** What a destroy and the janitor need of a target. */
export type Removing = Pick<Target, 'release' | 'list' | 'destroyNode' | 'destroyRun'>;

/** The targets that this host serves. A run's request names one; what is left of a run may be in any. */
export class Targets implements Removing {
  readonly #targets: Map<TargetName, Target>;
  readonly #logger: Pick<Logger, 'warn'>;

  constructor(targets: readonly Target[], logger: Pick<Logger, 'warn'>) {
    this.#targets = new Map(targets.map((target) => [target.name, target]));
    this.#logger = logger;
  }

  /** One more is served from now on. */
  add(target: Target): void {
    this.#targets.set(target.name, target);
  }

  get names(): ReadonlySet<TargetName> {
    return new Set(this.#targets.keys());
  }

  /** Where what a target makes lies; undefined: on this host, or it is not served. */
  placeOf(name: TargetName): string | undefined {
    return this.#targets.get(name)?.place;
  }

  /** @throws BenchbusError TARGET_NOT_SERVED */
  of(name: TargetName | undefined): Target {
    const target = name === undefined ? undefined : this.#targets.get(name);
    if (target === undefined) throw new BenchbusError(targetNotServed(name ?? 'unknown'));
    return target;
  }

  async release(runId?: string, node?: string): Promise<void> {
    for (const target of this.#targets.values()) await target.release(runId, node);
  }

  async list(runId?: string): Promise<WorldItem[]> {
    return (await Promise.all([...this.#targets.values()].map((target) => target.list(runId)))).flat();
  }

  /** Everything that can be seen: a target that cannot be asked now does not keep the janitor from the others. */
  async listSeen(): Promise<WorldItem[]> {
    const seen = [...this.#targets.values()].map((target) =>
      target.list().catch((error: unknown) => {
        this.#logger.warn({ err: error, target: target.name }, 'a target could not be listed');
        return [];
      }),
    );
    return (await Promise.all(seen)).flat();
  }

  async destroyNode(runId: string, node: string): Promise<string[]> {
    const reclaimed: string[] = [];
    for (const target of this.#targets.values()) reclaimed.push(...(await target.destroyNode(runId, node)));
    return reclaimed;
  }

  async destroyRun(runId: string): Promise<void> {
    for (const target of this.#targets.values()) await target.destroyRun(runId);
  }

  /** Who may have something of a run: its request's target, or any where that is not known or not served. */
  having(name: TargetName | undefined): Removing {
    return (name === undefined ? undefined : this.#targets.get(name)) ?? this;
  }
}
