import { z } from 'zod';
import { nodeName } from '../../model/scalars.ts';
import { duration } from '../scalars.ts';

const fault = z
  .strictObject({
    at: duration.describe('After the start of the measurement, within its duration'),
    kill: nodeName.describe('leader: whichever node leads the Patroni cluster then; or the name of a node'),
    process: z
      .enum(['database', 'postgres', 'node'])
      .default('database')
      .describe(
        'database: Patroni and its PostgreSQL, as if the machine were gone; postgres: the server alone; node: everything on the node',
      ),
    restartAfter: duration
      .optional()
      .describe(
        "When it is started again; default: after Patroni's ttl (sooner, the old leader would lead on), else at once",
      ),
  })
  .describe('Killed with SIGKILL, and started again');

/** In the order of their times. */
export const faults = z
  .array(fault)
  .max(20)
  .optional()
  .describe('What is broken on purpose during the measurement; the result says what it cost');
export type NativeFault = z.output<typeof fault>;
