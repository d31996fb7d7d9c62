import type { Aggregate } from '@benchbus/events';
import { artifact } from './artifact.ts';
import { capacity } from './capacity.ts';
import { deployment } from './deployment.ts';
import { deathOfProcess, faultOfAttempt, runner, setUp, workload } from './edge.ts';
import { host } from './host.ts';
import type { Machine } from './machine.ts';
import { network } from './network.ts';
import { block, holding, pool } from './pool.ts';
import { run } from './run.ts';
import { suite } from './suite.ts';

/** The state machines of every aggregate. */
export const MACHINES: Readonly<Record<Aggregate, readonly Machine[]>> = {
  suite: [suite],
  run: [run],
  network: [network],
  capacity: [capacity],
  pool: [pool, block, holding],
  deployment: [deployment],
  host: [host],
  edge: [runner, setUp, workload, faultOfAttempt, deathOfProcess],
  artifact: [artifact],
};
