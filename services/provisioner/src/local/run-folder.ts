import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { BenchbusError } from '@benchbus/events';
import { crashPoint } from '@benchbus/service';
import { token } from '@benchbus/suites';
import { readIfThere } from '../adapters/atomic-file.ts';
import { localDirUnusable } from '../domain/problems.ts';

/** Lies in every run's folder and names the installation: without it a folder is somebody else's, whatever its name. */
const MARKER = '.benchbus-run';
/** Folders being made or being removed; a crash may leave them. */
const TRASH = /^\.benchbus-(?:new|gone)\.([a-z0-9-]+)\.([a-z0-9_-]{1,64})\.[0-9a-f]{8}$/;

const trashName = (kind: 'new' | 'gone', installation: string, runId: string) =>
  `.benchbus-${kind}.${installation}.${runId}.${randomBytes(4).toString('hex')}`;

/** Names of the folders in `dir`; none if it cannot be read. */
export function foldersIn(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') return [];
    throw error;
  }
}

export const isRunFolder = (localDir: string, installation: string, runId: string): boolean =>
  token.safeParse(runId).success && readIfThere(join(localDir, runId, MARKER))?.trim() === installation;

/** Runs of this installation that have a folder. */
export const runFolders = (localDir: string, installation: string): string[] =>
  foldersIn(localDir).filter((name) => isRunFolder(localDir, installation, name));

/** Folder → run, of folders a crash left half made or half removed. */
export function trashFolders(localDir: string, installation: string): { path: string; runId: string }[] {
  return foldersIn(localDir).flatMap((name) => {
    const [, whose, runId] = TRASH.exec(name) ?? [];
    return runId === undefined || whose !== installation ? [] : [{ path: join(localDir, name), runId }];
  });
}

/** Makes the run's folder together with its marker: made aside, then renamed. 0711: see node-folder. */
export function makeRunFolder(localDir: string, installation: string, runId: string): void {
  if (isRunFolder(localDir, installation, runId)) return;
  const aside = join(localDir, trashName('new', installation, runId));
  mkdirSync(aside);
  chmodSync(aside, 0o711);
  writeFileSync(join(aside, MARKER), `${installation}\n`);
  crashPoint('before.run-folder-create');
  try {
    renameSync(aside, join(localDir, runId));
    crashPoint('after.run-folder-create');
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
    throw new BenchbusError(
      localDirUnusable(join(localDir, runId), 'exists, and is not a folder of this installation'),
    );
  }
}

/** Removes the run's folder and what crashes left of it; moved aside first, so that its marker goes with the rest. */
export async function removeRunFolder(localDir: string, installation: string, runId: string): Promise<void> {
  if (isRunFolder(localDir, installation, runId)) {
    crashPoint('before.run-folder-aside');
    renameSync(join(localDir, runId), join(localDir, trashName('gone', installation, runId)));
    crashPoint('after.run-folder-aside');
  }
  for (const trash of trashFolders(localDir, installation))
    if (trash.runId === runId) await rm(trash.path, { recursive: true, force: true, maxRetries: 3 });
}
