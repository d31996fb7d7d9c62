import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { REPO } from '../testing/installation.ts';

/** This release; the next one while old replicas still read; the next one once none is left. */
export type Release = 'old' | 'readers' | 'writers';

const run = (script: string, ...args: string[]) =>
  execFileSync(process.execPath, [script, ...args], { stdio: 'inherit' });

/** Bundles of releases, and the place that one of them is installed at. */
export class Releases {
  /** BENCHBUS_BUNDLES of a stack: what is started from here is the release that is installed at that moment. */
  readonly current: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'benchbus-releases-'));
  readonly #bundles: string;

  constructor() {
    this.current = join(this.#folder, 'current');
    // Bundles find their packages upwards of where they are.
    this.#bundles = join(REPO, 'dist', `releases-${process.pid}`);
    const script = fileURLToPath(new URL('bundle-next-release.mjs', import.meta.url));
    run(join(REPO, 'tools/bundle.mjs'), this.pathOf('old'));
    for (const release of ['readers', 'writers']) run(script, join(this.#bundles, release), release);
    this.install('old');
  }

  pathOf(release: Release): string {
    return join(this.#bundles, release);
  }

  /** At once, as a package manager does. */
  install(release: Release): void {
    const next = join(this.#folder, 'next');
    symlinkSync(this.pathOf(release), next);
    renameSync(next, this.current);
  }

  remove(): void {
    for (const folder of [this.#folder, this.#bundles]) rmSync(folder, { recursive: true, force: true });
  }
}
