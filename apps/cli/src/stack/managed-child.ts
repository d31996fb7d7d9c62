import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { BenchbusError } from '@benchbus/events';
import type { ProcessId } from '@benchbus/processes';
import { identify, signalGroup } from '@benchbus/processes';
import type { RestartPolicy } from '../domain/restart-policy.ts';
import { decideRestart } from '../domain/restart-policy.ts';
import type { ChildSpec } from './child-spec.ts';
import { explainEnd } from './explain-end.ts';
import { waitForLine } from './log-file.ts';

export interface ChildHooks {
  readonly logFile: string;
  readonly policy: RestartPolicy;
  /** It has a new process, or none. */
  readonly onChange: () => void;
  readonly onRestart: (why: string, afterMs: number) => void;
  /** It ended so often that it is not started again. */
  readonly onGiveUp: (error: BenchbusError) => void;
}

type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** Somebody waits until it is ready, over restarts. */
interface Waiting {
  readonly over: AbortSignal;
  readonly resolve: (ready: unknown) => void;
  readonly giveUp: (error: Error) => void;
}

/** One process of the stack, in a process group of its own (a terminal's Ctrl-C does not reach it), restarted when it dies. */
export class ManagedChild {
  readonly spec: ChildSpec;
  readonly #hooks: ChildHooks;
  readonly #ends: number[] = [];
  #process: ChildProcess | undefined;
  #identity: ProcessId | undefined;
  #ended: Promise<Ended> = Promise.resolve({ code: 0, signal: null });
  #stopping = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(spec: ChildSpec, hooks: ChildHooks) {
    this.spec = spec;
    this.#hooks = hooks;
  }

  get identity(): ProcessId | undefined {
    return this.#identity;
  }

  /**
   * Starts it and waits until it is ready (restarts on the way included).
   * @throws BenchbusError STACK_CHILD_FAILED, STACK_CHILD_SLOW
   */
  start(cancel: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const slow = AbortSignal.timeout(this.spec.readyTimeoutMs);
      const over = AbortSignal.any([cancel, slow]);
      over.addEventListener('abort', () => reject(slow.aborted ? this.#slow() : (cancel.reason as Error)), {
        once: true,
      });
      this.#launch({ over, resolve, giveUp: reject });
    });
  }

  #launch(waiting: Waiting | undefined): void {
    const { spec } = this;
    const log = openSync(this.#hooks.logFile, 'a', 0o600);
    const offset = fstatSync(log).size;
    const options = {
      cwd: spec.cwd,
      env: spec.env,
      detached: true,
      stdio: ['ignore', log, log] as ('ignore' | number)[],
    };
    const process = spawn(spec.command, spec.args, options);
    closeSync(log);
    this.#process = process;
    this.#identity = process.pid === undefined ? undefined : identify(process.pid);
    this.#ended = new Promise((resolve) => {
      process.once('error', () => resolve({ code: null, signal: null }));
      process.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.#hooks.onChange();
    const gone = new AbortController();
    if (waiting) {
      const until = AbortSignal.any([waiting.over, gone.signal]);
      // Whoever waits hears of the end and of time running out elsewhere.
      waitForLine(this.#hooks.logFile, offset, spec.ready, until).then(waiting.resolve, () => undefined);
    }
    void this.#ended.then((ended) => {
      gone.abort();
      // Helpers it had started must not outlive it; those meant to live on have groups of their own.
      if (process.pid !== undefined) signalGroup(process.pid, 'SIGKILL');
      this.#identity = undefined;
      this.#hooks.onChange();
      if (!this.#stopping) this.#again(ended, waiting);
    });
  }

  #again(ended: Ended, waiting: Waiting | undefined): void {
    this.#ends.push(performance.now());
    const next = decideRestart(this.#ends, ended.code, this.#hooks.policy);
    const why = ended.signal ? `ended by ${ended.signal}` : `ended with exit code ${ended.code ?? 'none'}`;
    if ('giveUp' in next) {
      const error = explainEnd(this.spec.name, why, this.#hooks.logFile, next.giveUp === 'configuration');
      waiting?.giveUp(error);
      this.#hooks.onGiveUp(error);
      return;
    }
    this.#hooks.onRestart(why, next.afterMs);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#launch(waiting?.over.aborted === true ? undefined : waiting);
    }, next.afterMs);
  }

  /** SIGTERM, and SIGKILL after the grace time; resolves when it has ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    if (this.#identity === undefined) return;
    this.#process?.kill('SIGTERM');
    const timer = setTimeout(() => this.kill(), this.spec.graceMs);
    await this.#ended;
    clearTimeout(timer);
  }

  /** SIGKILL for it and its group, now. */
  kill(): void {
    this.#stopping = true;
    clearTimeout(this.#timer);
    if (this.#identity !== undefined) signalGroup(this.#identity.pid, 'SIGKILL');
  }

  #slow(): BenchbusError {
    return new BenchbusError({
      code: 'STACK_CHILD_SLOW',
      message: `${this.spec.name} was not ready within ${this.spec.readyTimeoutMs / 1000} s`,
      where: this.#hooks.logFile,
      hint: 'its log file says what it waited for',
    });
  }
}
