import { chmod, chown, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeOwnedDir, readIfThere, writeWhole } from '../process/files.ts';
import type { LocalUser } from '../process/local-user.ts';
import type { ProcessFiles } from './process-files.ts';

/** Who else than its owner may do what in a process's folders. */
export interface Sharing {
  /** This group writes into the configuration folder: others' callbacks rewrite files there. */
  readonly configGroup: number;
}

/** A process by its folders and files, which are its user's; whether it runs on this machine or in a container. */
export class ProcessFolders {
  readonly files: ProcessFiles;
  readonly #user: LocalUser;
  readonly #sharing: Sharing | undefined;

  constructor(files: ProcessFiles, user: LocalUser, sharing?: Sharing) {
    this.files = files;
    this.#user = user;
    this.#sharing = sharing;
  }

  readNote(name: string): Promise<string | undefined> {
    return readIfThere(this.files.note(name));
  }

  writeNote(name: string, content: string): Promise<void> {
    return writeWhole(this.files.note(name), content);
  }

  writeFile(path: string, content: string, mode: string): Promise<void> {
    return writeWhole(join(this.files.configDir, path), content, parseInt(mode, 8), this.#user);
  }

  async hasFile(path: string): Promise<boolean> {
    return (await readIfThere(join(this.files.configDir, path))) !== undefined;
  }

  removeFile(path: string): Promise<void> {
    return rm(join(this.files.configDir, path), { force: true });
  }

  async makeFolders(): Promise<void> {
    const { home, configDir, runDir } = this.files;
    for (const dir of [home, configDir, runDir]) await makeOwnedDir(dir, this.#user);
    if (this.#sharing === undefined) return;
    // The folder above is only passed through.
    await chmod(home, 0o711);
    await chown(configDir, this.#user.ids?.uid ?? -1, this.#sharing.configGroup);
    await chmod(configDir, 0o2770);
  }

  async clear(): Promise<void> {
    const { dataDir, configDir, runDir } = this.files;
    for (const dir of [dataDir, configDir, runDir]) await rm(dir, { recursive: true, force: true });
    await this.makeFolders();
  }
}
