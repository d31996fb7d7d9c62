import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crashPoint, keptOfSuite, keptRoot } from '@benchbus/service';
import type { Workload } from '@benchbus/suites';
import type { HostedProcess, RunOptions } from '../runtime/host/process-host.ts';
import { makeOwnedDir, readIfThere, writeWhole } from '../runtime/process/files.ts';
import type { LocalUser } from '../runtime/process/local-user.ts';
import { z } from 'zod';
import { copyFailed } from './copy-failed.ts';
import type { CopyOwner, DataCopies } from './data-copies.ts';
import { localPrograms } from './local-programs.ts';

/** Whose a copy is, and what it is of: `kept.json` beside its data. */
const label = z.object({
  installation: z.string(),
  suite: z.string(),
  /** Who made it. */
  run: z.string(),
  /** Of the log; another one's is no copy. */
  incarnation: z.string(),
  keptAt: z.iso.datetime(),
});
type Label = z.infer<typeof label>;

export interface CopiesOptions extends CopyOwner {
  /** `<BENCHBUS_LOCAL_DIR>/<run>/<node>`. */
  readonly nodeDir: string;
  /** Who may read and write the data. */
  readonly user: LocalUser;
}

/** Copies of loaded data on this machine, for the runs of one suite. */
export class LocalCopies implements DataCopies {
  readonly #options: CopiesOptions;
  readonly #dir: string;

  constructor(options: CopiesOptions) {
    this.#options = options;
    this.#dir = keptOfSuite(dirname(dirname(options.nodeDir)), options.installation, options.suite);
  }

  programs({ place: { binDir = '' } }: HostedProcess, workload: Workload): Promise<readonly string[]> {
    return localPrograms(binDir, workload);
  }

  async has(name: string): Promise<boolean> {
    const { installation, suite, incarnation } = this.#options;
    const text = await readIfThere(join(this.#dir, name, 'kept.json'));
    if (text === undefined) return false;
    const found = label.safeParse(JSON.parse(text)).data;
    return found?.installation === installation && found.suite === suite && found.incarnation === incarnation;
  }

  /** To a name of its own, which becomes the copy's when everything is there and on the disk. */
  async keep(name: string, hosted: HostedProcess, options: RunOptions): Promise<void> {
    const { nodeDir, installation, suite, run, incarnation, user } = this.#options;
    const root = keptRoot(dirname(dirname(nodeDir)), installation);
    const making = join(this.#dir, `.${name}.${run}`);
    await hosted.untilIdle(options.signal);
    await rm(making, { recursive: true, force: true });
    for (const dir of [root, this.#dir]) {
      await mkdir(dir, { recursive: true });
      // The database's user passes through, and lists nothing.
      await chmod(dir, 0o711);
    }
    await makeOwnedDir(making, user);
    crashPoint('before.data-copy');
    try {
      await this.#copy(hosted, hosted.place.dataDir, join(making, 'data'), options);
      crashPoint('after.data-copy');
      const own: Label = { installation, suite, run, incarnation, keptAt: new Date().toISOString() };
      await writeWhole(join(making, 'kept.json'), `${JSON.stringify(own, null, 2)}\n`);
      await rename(making, join(this.#dir, name)).catch(async (error: unknown) => {
        // Another run of the suite was first: its copy is as good.
        if (!(await this.has(name))) throw error;
      });
    } finally {
      await rm(making, { recursive: true, force: true });
    }
    crashPoint('after.data-keep');
  }

  async restore(name: string, hosted: HostedProcess, options: RunOptions): Promise<void> {
    const { dataDir } = hosted.place;
    await this.#copy(hosted, join(this.#dir, name, 'data'), dataDir, options);
  }

  async #copy(hosted: HostedProcess, from: string, to: string, options: RunOptions): Promise<void> {
    // Where the file system can, only blocks that are written later are really copied.
    const args = ['--archive', '--reflink=auto', '--no-target-directory', from, to];
    const copied = await hosted.run({ program: 'cp', args, env: {} }, options);
    if (copied.code !== 0) throw copyFailed(`${from} could not be copied`, copied.stderr, to);
    // What the copy wrote must not be flushed during a measurement.
    const synced = await hosted.run({ program: 'sync', args: ['--file-system', to], env: {} }, options);
    if (synced.code !== 0) throw copyFailed('the copy could not be written to the disk', synced.stderr, to);
  }
}
