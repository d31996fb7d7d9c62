import { z } from 'zod';
import { milliseconds, nodeName } from './scalars.ts';

/** What `kill` says where it means whoever leads the Patroni cluster at that moment, and no node of that name. */
export const LEADER = 'leader';

/** Something that is broken on purpose while the load tool measures. */
export const fault = z.strictObject({
  atMs: milliseconds.describe('When: after the start of the measurement'),
  kill: nodeName.describe('Whose: a node, or `leader` for whichever node leads the Patroni cluster at that moment'),
  process: z
    .enum(['database', 'postgres', 'node'])
    .describe(
      'What gets SIGKILL: `database` is Patroni and its PostgreSQL together (PostgreSQL where there is no Patroni), `postgres` the server alone, `node` every process of the node',
    ),
  restartAfterMs: milliseconds.describe('When what was killed is started again, after the kill'),
});
export type Fault = z.infer<typeof fault>;
