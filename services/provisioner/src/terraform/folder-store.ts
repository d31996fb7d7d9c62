import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere, writeAtomically } from '../adapters/atomic-file.ts';
import { runRecord } from './run-record.ts';
import type { StateStore } from './state-store.ts';

const RECORD = '.record.json';

/**
 * A folder; replicas need the same one. terraform locks its file with fcntl(2), so a killed one leaves no lock, also on a file
 * system that is shared.
 */
export function folderStore(dir: string): StateStore {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const state = (runId: string) => join(dir, `${runId}.tfstate`);
  return {
    where: dir,
    env: {},
    backend: (runId) => ({ local: { path: state(runId) } }),
    runs: () =>
      Promise.resolve(
        readdirSync(dir)
          .filter((name) => name.endsWith(RECORD))
          .map((name) => name.slice(0, -RECORD.length)),
      ),
    get: (runId) => {
      const text = readIfThere(join(dir, runId + RECORD));
      return Promise.resolve(text === undefined ? undefined : runRecord.parse(JSON.parse(text)));
    },
    put: (record) => Promise.resolve(writeAtomically(join(dir, record.runId + RECORD), JSON.stringify(record), 0o600)),
    remove: (runId) => {
      for (const file of [state(runId), `${state(runId)}.backup`, join(dir, `.${runId}.tfstate.lock.info`)])
        rmSync(file, { force: true });
      // Last: as long as it is there, the run is looked at again.
      rmSync(join(dir, runId + RECORD), { force: true });
      return Promise.resolve();
    },
  };
}
