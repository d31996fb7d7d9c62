import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes each secret to a file of its own (mode 0600, in a folder of mode 0700), whole or not at all: the name's file is
 * there only when its content is.
 */
export function keepSecrets(dir: string, secrets: ReadonlyMap<string, string>): void {
  if (secrets.size === 0) return;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const [name, value] of secrets) {
    const path = join(dir, name);
    // A newline at the end is not part of a secret's value, so one that ends with one keeps it.
    const file = openSync(`${path}.new`, 'w', 0o600);
    try {
      writeSync(file, `${value}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.new`, path);
  }
}
