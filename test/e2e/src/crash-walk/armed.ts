import { mkdirSync, readdirSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { specOf, type Point } from './points.ts';

/** The folder BENCHBUS_CRASH_DIR of one installation. */
export class ArmedFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
  }

  arm(points: readonly Point[]): void {
    points.forEach((point, at) => writeFileSync(join(this.path, `${at}`), specOf(point)));
  }

  #armed(): number[] {
    return readdirSync(this.path).map(Number);
  }

  /** Waits until all have died, at most `withinMs`; disarms the others and returns where they are among `points`. */
  async disarm(points: readonly Point[], withinMs: number): Promise<Point[]> {
    const late = AbortSignal.timeout(withinMs);
    const watcher = watch(this.path);
    try {
      while (this.#armed().length > 0 && !late.aborted) await once(watcher, 'change', { signal: late }).catch(() => []);
    } finally {
      watcher.close();
    }
    const left = this.#armed().flatMap((at) => points[at] ?? []);
    for (const name of readdirSync(this.path)) rmSync(join(this.path, name), { force: true });
    return left;
  }
}
