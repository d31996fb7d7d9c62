import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A process of this package's, run by the Node that runs the tests. */
export class Child {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;

  constructor(script: string, env: Readonly<Record<string, string>>) {
    const path = new URL(`../${script}`, import.meta.url).pathname;
    this.process = spawn(process.execPath, [path], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.exited = once(this.process, 'exit').then(([code]) => code as number | null);
  }

  /** Waits for a line of its output with this text; fails when it ends without. */
  async says(text: string): Promise<void> {
    const { stdout } = this.process;
    if (!stdout) throw new Error('the child has no output');
    for await (const line of createInterface({ input: stdout })) {
      if (!line.includes(text)) continue;
      stdout.resume(); // nobody reads on, and a full pipe would stop the child
      return;
    }
    throw new Error(`the child ended without saying '${text}'`);
  }

  async kill(signal: NodeJS.Signals): Promise<number | null> {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill(signal);
    return this.exited;
  }
}
