import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientEnv, type RunningEngine } from '../start-engine.ts';
import { Child } from './child.ts';
import { tempDir } from './temp-dir.ts';

/** An engine in a process and a folder of its own, which a test can take away and bring back. */
export class EngineProcess {
  readonly #directory = tempDir();
  readonly #env: Readonly<Record<string, string>>;
  readonly #readyFile = join(this.#directory.path, 'ready.json');
  #child: Child;

  private constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
    this.#child = this.#launch();
  }

  static async start(env: Readonly<Record<string, string>> = {}): Promise<EngineProcess> {
    const engine = new EngineProcess(env);
    await engine.#child.says('engine ready');
    return engine;
  }

  #launch(): Child {
    return new Child('main.ts', {
      ...this.#env,
      BENCHBUS_HATCHET_STATE_DIR: this.#directory.path,
      BENCHBUS_HATCHET_READY_FILE: this.#readyFile,
    });
  }

  get address(): Pick<RunningEngine, 'token' | 'grpcAddress' | 'restUrl'> {
    return JSON.parse(readFileSync(this.#readyFile, 'utf8')) as RunningEngine;
  }

  /** What a process with the SDK needs. */
  get env(): RunningEngine['env'] {
    const { token, grpcAddress, restUrl } = this.address;
    return clientEnv(token, grpcAddress, restUrl);
  }

  get pid(): number | undefined {
    return this.#child.process.pid;
  }

  /** Its ports refuse from then on. */
  async kill(): Promise<void> {
    await this.#child.kill('SIGKILL');
  }

  /** With its state and on its ports, after `kill`. */
  async startAgain(): Promise<void> {
    this.#child = this.#launch();
    await this.#child.says('engine ready');
  }

  async stop(): Promise<void> {
    await this.kill();
    this.#directory.remove();
  }
}
