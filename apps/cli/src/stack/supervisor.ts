import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import type { ProcessId } from '@benchbus/processes';
import type { RestartPolicy } from '../domain/restart-policy.ts';
import { DEFAULT_RESTART } from '../domain/restart-policy.ts';
import type { ChildSpec } from './child-spec.ts';
import { rotate } from './log-file.ts';
import { ManagedChild } from './managed-child.ts';

export interface SupervisorOptions {
  readonly logsDir: string;
  readonly policy?: RestartPolicy;
  readonly onRestart?: (name: string, why: string, afterMs: number) => void;
  readonly onChange?: (children: readonly SupervisedChild[]) => void;
}
export interface SupervisedChild extends ProcessId {
  readonly name: string;
}

/** Starts, watches, restarts and stops the processes of a stack. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  #children: ManagedChild[] = [];
  #over = false;
  readonly #failure = Promise.withResolvers<never>();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    mkdirSync(options.logsDir, { recursive: true, mode: 0o700 });
    // Who does not wait for a failure is not to fail by it.
    this.#failure.promise.catch(() => undefined);
  }

  /** Rejects when a process was given up: the stack cannot work any more. */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  children(): SupervisedChild[] {
    return this.#children.flatMap(({ spec, identity }) => (identity ? [{ name: spec.name, ...identity }] : []));
  }

  /** Starts a process; resolves with what its `ready` recognised. @throws BenchbusError STACK_CHILD_FAILED, STACK_CHILD_SLOW */
  async start(spec: ChildSpec, cancel: AbortSignal): Promise<unknown> {
    if (this.#over) throw new BenchbusError({ code: 'INTERRUPTED', message: `${spec.name} is not started any more` });
    if (this.#children.some((child) => child.spec.name === spec.name)) {
      throw new BenchbusError({ code: 'INTERNAL', message: `${spec.name} runs already` });
    }
    const { logsDir, policy = DEFAULT_RESTART, onRestart, onChange } = this.#options;
    const logFile = join(logsDir, `${spec.name}.log`);
    rotate(logFile);
    const child = new ManagedChild(spec, {
      logFile,
      policy,
      onChange: () => onChange?.(this.children()),
      onRestart: (why, afterMs) => onRestart?.(spec.name, why, afterMs),
      onGiveUp: (error) => this.#failure.reject(error),
    });
    this.#children.push(child);
    return await child.start(cancel);
  }

  /** Stops a process and forgets it: another of its name may be started. */
  async remove(name: string): Promise<void> {
    await this.stop([name]);
    this.#children = this.#children.filter(({ spec }) => spec.name !== name);
  }

  /** Ends processes: the given ones together, those of the next call after them. Without names: all that are left, for good. */
  async stop(names?: readonly string[]): Promise<void> {
    this.#over ||= names === undefined;
    const chosen = this.#children.filter(({ spec }) => names?.includes(spec.name) ?? true);
    await Promise.all(chosen.map((child) => child.stop()));
  }

  /** SIGKILL for everything, now. */
  kill(): void {
    this.#over = true;
    for (const child of this.#children) child.kill();
  }
}
