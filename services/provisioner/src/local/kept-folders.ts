import { existsSync, renameSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crashPoint, keptOfSuite, keptRoot } from '@benchbus/service';
import { token } from '@benchbus/suites';
import { foldersIn } from './run-folder.ts';

/** `.gone-<suite>`: moved aside, so that half a copy is never taken for one. */
const GONE = '.gone-';

/** What is kept here for one suite. */
export interface KeptFolder {
  readonly suiteId: string;
  readonly path: string;
}

/** Copies of loaded data that this installation keeps on this machine, by suite; what a crash left half removed, too. */
export class KeptFolders {
  readonly #localDir: string;
  readonly #installation: string;

  constructor(localDir: string, installation: string) {
    this.#localDir = localDir;
    this.#installation = installation;
  }

  list(): KeptFolder[] {
    const root = keptRoot(this.#localDir, this.#installation);
    return foldersIn(root).flatMap((name) => {
      const suiteId = name.startsWith(GONE) ? name.slice(GONE.length) : name;
      return token.safeParse(suiteId).success ? [{ suiteId, path: join(root, name) }] : [];
    });
  }

  has(suiteId: string): boolean {
    return this.list().some((kept) => kept.suiteId === suiteId);
  }

  /** Everything kept for the suite; again is nothing. */
  async remove(suiteId: string): Promise<void> {
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
