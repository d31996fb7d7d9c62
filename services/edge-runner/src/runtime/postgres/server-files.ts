import { join } from 'node:path';

/** Where everything of a node's server lies. */
export const serverFiles = (nodeDir: string) => {
  const home = join(nodeDir, 'postgres');
  return {
    home,
    data: join(home, 'data'),
    conf: join(home, 'data', 'benchbus.conf'),
    mainConf: join(home, 'data', 'postgresql.conf'),
    hba: join(home, 'data', 'pg_hba.conf'),
    pidFile: join(home, 'data', 'postmaster.pid'),
    initdbLock: join(home, 'initdb.lock'),
    /** Says that initdb is complete, and for which attempt. */
    initialised: join(home, 'initialised.json'),
    passwordFile: join(home, 'pwfile'),
    serverLock: join(home, 'server.lock'),
    log: join(home, 'postgres.log'),
    shm: join(nodeDir, 'shm.json'),
  };
};
export type ServerFiles = ReturnType<typeof serverFiles>;
