import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory of the test's own, removed by `remove`. */
export function tempDir(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'hatchet-embedded-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
