import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Every executable with one of these names: names in order of preference, the PATH before `more` folders. */
export function findPrograms(names: readonly string[], env: NodeJS.ProcessEnv, more: readonly string[] = []): string[] {
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), ...more];
  return names.flatMap((name) => [...new Set(folders.map((folder) => join(folder, name)))]).filter(isExecutable);
}

export const findValkey = (env: NodeJS.ProcessEnv): string | undefined =>
  findPrograms(['valkey-server', 'redis-server'], env, ['/usr/bin', '/usr/local/bin'])[0];
