import { join } from 'node:path';

/** What the probe keeps in the folder of its step. */
export const probeFiles = (dir: string) => ({
  /** A line for each row whose commit was begun: see `probeLine` of @benchbus/load-tools. */
  log: join(dir, 'commits.log'),
  /** JSON, `Ranges`: numbers of the rows that were there at the end. */
  present: join(dir, 'present.json'),
  /** Made by the runner: no more rows; read back what is there, and end. */
  stop: join(dir, 'stop'),
});

/** What it prints on standard error when its first row is committed. */
export const READY = 'commit probe: the first row is committed';
