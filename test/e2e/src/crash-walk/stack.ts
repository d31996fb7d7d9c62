import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { leftoversOf, poolClaimsOf } from '../testing/leftovers.ts';
import { Installation, newStateDir } from '../testing/installation.ts';
import { ArmedFolder } from './armed.ts';
import { pointsOf, type Point } from './points.ts';

/** Of the walked suites. */
const NODES = ['pg', 'load'];
/** A key that nobody refreshes expires after 15 s. */
const EXPIRED_WITHIN_MS = 60_000;

/** An installation whose processes can be killed at named points. */
export class WalkedStack {
  readonly installation: Installation;
  readonly armed: ArmedFolder;
  readonly #trace: string;

  private constructor(installation: Installation, armed: ArmedFolder, trace: string) {
    this.installation = installation;
    this.armed = armed;
    this.#trace = trace;
  }

  static async start(env: Record<string, string> = {}): Promise<WalkedStack> {
    const stateDir = newStateDir();
    const armed = new ArmedFolder(join(stateDir, 'crash-at'));
    const trace = join(stateDir, 'crash-trace');
    const crash = { BENCHBUS_CRASH_DIR: armed.path, BENCHBUS_CRASH_TRACE: trace };
    return new WalkedStack(await Installation.start({ ...env, ...crash }, stateDir), armed, trace);
  }

  /** The points that are passed during `work`. */
  async record<T>(work: () => Promise<T>): Promise<{ result: T; points: Point[] }> {
    rmSync(this.#trace, { force: true });
    const result = await work();
    return { result, points: pointsOf(readFileSync(this.#trace, 'utf8')) };
  }

  leftovers(runId: string): string[] {
    return leftoversOf(this.installation, runId);
  }

  /** Liveness keys of the run's runners that do not expire. */
  async unexpired(runId: string): Promise<string[]> {
    const { liveness } = this.installation.bus;
    const late = AbortSignal.timeout(EXPIRED_WITHIN_MS);
    const keys = NODES.map((node) => `edge.${runId}.${node}`);
    const gone = await Promise.allSettled(keys.map((key) => liveness.lost(key, 0, late)));
    return keys.filter((_key, at) => gone[at]?.status === 'rejected').map((key) => `liveness of ${key}`);
  }

  /** Stops it; returns what it leaves on the machine. */
  async stop(): Promise<string[]> {
    const left = await this.installation.stop();
    return [...left, ...poolClaimsOf(this.installation.installation)];
  }
}
