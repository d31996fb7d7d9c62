import { existsSync, renameSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crashPoint, keptOfSuite, keptRoot } from '@benchbus/service';
import { token } from '@benchbus/suites';
import type { KeptCopy, KeptStore } from '../app/kept-stores.ts';
import { foldersIn } from './run-folder.ts';

/** `.gone-<suite>`: moved aside, so that half a copy is never taken for one. */
const GONE = '.gone-';

/** Copies of loaded data that this installation keeps on this machine, by suite; what a crash left half removed, too. */
export class KeptFolders implements KeptStore {
  readonly #localDir: string;
  readonly #installation: string;

  constructor(localDir: string, installation: string) {
    this.#localDir = localDir;
    this.#installation = installation;
  }

  list(): Promise<KeptCopy[]> {
    const root = keptRoot(this.#localDir, this.#installation);
    const found = foldersIn(root).flatMap((name): KeptCopy[] => {
      const suiteId = name.startsWith(GONE) ? name.slice(GONE.length) : name;
      if (!token.safeParse(suiteId).success) return [];
      return [{ suiteId, kind: 'folder', what: join(root, name), remove: () => this.#remove(suiteId) }];
    });
    return Promise.resolve(found);
  }

  /** Everything kept for the suite. */
  async #remove(suiteId: string): Promise<void> {
    const root = keptRoot(this.#localDir, this.#installation);
    const folder = keptOfSuite(this.#localDir, this.#installation, suiteId);
    const gone = join(root, `${GONE}${suiteId}`);
    crashPoint('before.kept-remove');
    if (existsSync(gone)) await rm(gone, { recursive: true, force: true, maxRetries: 3 });
    if (existsSync(folder)) {
      renameSync(folder, gone);
      crashPoint('after.kept-aside');
      await rm(gone, { recursive: true, force: true, maxRetries: 3 });
    }
    crashPoint('after.kept-remove');
    try {
      rmdirSync(root);
    } catch {
      // Another suite's copies, or none was ever kept.
    }
  }
}
