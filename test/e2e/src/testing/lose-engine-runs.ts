import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { hold } from './hold.ts';
import type { Installation } from './installation.ts';

/**
 * The embedded engine is killed and comes back without any run, as with a database restored from long ago. Who it is and
 * whom it knows (tenant, token, workflows, workers) stays.
 */
export function loseEngineRuns(installation: Installation): void {
  using _supervisor = hold(installation.up.child.pid); // else it would start the engine before the runs are gone
  const engine = installation.pid('hatchet');
  if (engine === undefined) throw new Error('there is no embedded engine');
  process.kill(engine, 'SIGKILL');
  // The killed engine holds its lock until it is gone.
  const database = new DatabaseSync(join(installation.stateDir, 'hatchet', 'engine.db'), { timeout: 30_000 });
  for (const table of ['runs', 'gates', 'pendingCancels', 'taskEvents', 'logs']) database.exec(`DELETE FROM ${table}`);
  database.close();
}
