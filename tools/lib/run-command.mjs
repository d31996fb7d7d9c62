import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Standard output of a short command, or undefined if it is missing or fails within 20 s. */
export function outputOf(command, args, options = {}) {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
      ...options,
    });
  } catch {
    return undefined;
  }
}

/** Runs a long command; its output goes to our standard error, so that standard output stays the caller's. True on success. */
export function runLoud(command, args, options = {}) {
  return spawnSync(command, args, { stdio: ['ignore', 2, 2], ...options }).status === 0;
}

const executable = (file) => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Every executable of that name: on the PATH in order, then in `extraDirs`. */
export function findAll(name, env = process.env, extraDirs = []) {
  const dirs = [...(env.PATH ?? '').split(delimiter).filter(Boolean), ...extraDirs];
  return [...new Set(dirs.map((dir) => join(dir, name)))].filter(executable);
}

export const say = (text) => console.error(`benchbus: ${text}`);
