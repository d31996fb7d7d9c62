import { join } from 'node:path';
import type { ProcessKind } from '@benchbus/suites';

/** Where everything of one process of a node lies: `<node>/<kind>/`. */
export const processFiles = (nodeDir: string, kind: ProcessKind) => {
  const home = join(nodeDir, kind);
  return {
    home,
    dataDir: join(home, 'data'),
    configDir: join(home, 'config'),
    runDir: join(home, 'run'),
    /** Held (flock) by the process as long as it lives, so that whoever is not its parent sees its end. */
    lock: join(home, 'process.lock'),
    /** Held by the command that runs in its surroundings. */
    commandLock: join(home, 'command.lock'),
    log: join(home, `${kind}.log`),
    note: (name: string) => join(home, `${name}.json`),
  };
};
export type ProcessFiles = ReturnType<typeof processFiles>;
