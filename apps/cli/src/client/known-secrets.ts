import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KnownSecrets } from '@benchbus/audit';
import { BenchbusError } from '@benchbus/events';
import { readStackFile } from '../stack/stack-file.ts';
import { secretsDir, stateRoot } from '../stack/state-dir.ts';

export interface SecretPlaces {
  /** A folder with one file per secret; undefined: that of the installation. */
  readonly folder?: string | undefined;
  readonly canaries: readonly string[];
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => join(folder, name));
  } catch {
    return [];
  }
}

const textOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};

/**
 * What must stand nowhere: the secrets of the folder, the installation's own keys and token, and planted canaries.
 * @throws BenchbusError ARGUMENT_INVALID for a canary that is too short to be looked for
 */
export function knownSecrets(env: NodeJS.ProcessEnv, { folder, canaries }: SecretPlaces): KnownSecrets {
  const root = stateRoot(env);
  const known = new KnownSecrets();
  for (const file of [...filesIn(folder ?? secretsDir(env, root)), join(root, 'artifacts-signing.key')]) {
    const value = textOf(file);
    if (value !== undefined) known.add(file, value);
  }
  const token = readStackFile(root)?.hatchet?.token;
  if (token !== undefined) known.add("the engine's token", token);
  for (const [index, canary] of canaries.entries()) {
    if (known.add(`canary ${index + 1}`, canary)) continue;
    const message = 'a canary has at least 6 characters: a shorter one would be found anywhere';
    throw new BenchbusError({ code: 'ARGUMENT_INVALID', message, where: '--canary' });
  }
  return known;
}
