import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';

export interface ChildOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Where its output goes. */
  readonly logFile: string;
  /** User and group to run as; absent: ours. */
  readonly ids?: { readonly uid: number; readonly gid: number } | undefined;
}

/** A long-running process of an engine, its output in a file. */
export class Child {
  readonly #process: ChildProcess;
  readonly #output = new PassThrough();
  readonly #name: string;
  readonly #ended: Promise<unknown>;

  constructor(program: string, args: readonly string[], { env, cwd, logFile, ids }: ChildOptions) {
    this.#name = `${program} (its output: ${logFile})`;
    this.#process = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], ...ids });
    this.#process.stdout?.pipe(this.#output, { end: false });
    this.#process.stderr?.pipe(this.#output, { end: false });
    this.#output.pipe(createWriteStream(logFile, { flags: 'a' }));
    this.#ended = once(this.#process, 'close').finally(() => this.#output.end());
    this.#ended.catch(() => undefined);
  }

  /** Waits for a line of its output with this text. */
  async says(text: string): Promise<void> {
    for await (const line of createInterface(this.#output)) if (line.includes(text)) return;
    throw new Error(`${this.#name} ended`);
  }

  /** Rejects as soon as the process has ended; to be raced with what one waits for. */
  async untimelyEnd(): Promise<never> {
    await this.#ended;
    throw new Error(`${this.#name} ended`);
  }

  /** Signals the process and waits for its end. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill(signal);
    await this.#ended;
  }
}
