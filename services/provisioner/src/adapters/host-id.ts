import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createAtomically, readIfThere } from './atomic-file.ts';

/** Ends every host id: a state folder that was copied to another machine gets a new id there. */
function machineMark(): string {
  const machine = readIfThere('/etc/machine-id')?.trim() ?? '';
  return createHash('sha256').update(`benchbus ${machine}`).digest('hex').slice(0, 6);
}

/** This machine's id in `<stateDir>/host-id`, made at the first call: `host-<random>-<mark of the machine>`. */
export function hostId(stateDir: string, mark: string = machineMark()): string {
  const file = join(stateDir, 'host-id');
  mkdirSync(stateDir, { recursive: true });
  const known = readIfThere(file)?.trim();
  if (known !== undefined && /^host-[0-9a-f]{12}-[0-9a-f]{6}$/.test(known) && known.endsWith(`-${mark}`)) return known;
  if (known !== undefined) rmSync(file, { force: true });
  const made = `host-${randomBytes(6).toString('hex')}-${mark}`;
  return createAtomically(file, `${made}\n`) ? made : hostId(stateDir, mark);
}
