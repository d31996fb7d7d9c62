import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Address } from '../engines/engine.ts';

const MAIN = fileURLToPath(new URL('../workers/hanging.ts', import.meta.url));

/** A worker whose task says that it has begun, and then hangs. */
export class WorkerProcess {
  readonly #process: ChildProcess;
  readonly listening: Promise<void>;
  /** The task has begun. */
  readonly busy: Promise<void>;

  constructor(address: Address, task: string) {
    const env = { ...process.env, CONFORMANCE_ADDRESS: JSON.stringify(address), CONFORMANCE_TASK: task };
    this.#process = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const listening = Promise.withResolvers<void>();
    const busy = Promise.withResolvers<void>();
    this.listening = listening.promise;
    this.busy = busy.promise;
    if (this.#process.stdout) {
      const lines = createInterface(this.#process.stdout);
      lines.on('line', (line) => {
        if (line === 'LISTENING') listening.resolve();
        if (line === 'BUSY') busy.resolve();
      });
      lines.once('close', () => {
        for (const { reject } of [listening, busy]) reject(new Error('the worker process has ended'));
      });
    }
    for (const { promise } of [listening, busy]) promise.catch(() => undefined);
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exited = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exited;
  }
}
