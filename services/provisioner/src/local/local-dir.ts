import type { Problem } from '@benchbus/suites';
import { accessSync, chmodSync, constants, lstatSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { localDirUnusable } from '../domain/problems.ts';
import { canTraverse } from './local-user.ts';
import type { LocalUser } from './local-user.ts';

/** The topmost folder on the way that the user cannot pass. */
function obstacle(dir: string, user: LocalUser): string {
  const parent = dirname(dir);
  return parent === dir || canTraverse(user, parent) ? dir : obstacle(parent, user);
}

/** Makes the root of the nodes' folders if need be; says why it cannot be used. */
export function checkLocalDir(localDir: string, user: LocalUser | undefined): Problem | undefined {
  const dir = resolve(localDir);
  try {
    if (mkdirSync(dir, { recursive: true, mode: 0o711 }) !== undefined) chmodSync(dir, 0o711);
    const stat = lstatSync(dir);
    if (!stat.isDirectory()) return localDirUnusable(dir, 'not a folder (a symbolic link is refused)');
    // Below a world-writable folder anybody can have made it first, and could swap what we put there.
    if (stat.uid !== process.getuid?.()) return localDirUnusable(dir, `belongs to another user (uid ${stat.uid})`);
    accessSync(dir, constants.W_OK | constants.X_OK);
  } catch (error) {
    return localDirUnusable(dir, error instanceof Error ? error.message : String(error));
  }
  if (user === undefined || canTraverse(user, dir)) return undefined;
  return localDirUnusable(dir, `user ${user.name} cannot pass through ${obstacle(dir, user)}`);
}
