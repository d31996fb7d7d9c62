import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Addresses and token for whoever started the process. */
export interface Ready {
  readonly token: string;
  readonly grpcAddress: string;
  readonly restUrl: string;
}

/** Written whole or not at all, readable by the owner only: it holds the token. */
export function writeReadyFile(path: string, ready: Ready): void {
  const temporary = `${path}.${String(process.pid)}.tmp`;
  rmSync(temporary, { force: true }); // a leftover could carry wider permissions
  writeFileSync(temporary, JSON.stringify(ready), { mode: 0o600 });
  renameSync(temporary, path);
}
