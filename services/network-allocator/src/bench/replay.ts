import { performance } from 'node:perf_hooks';
import { subjects, type AnyRecorded, type EventData, type EventName } from '@benchbus/events';
import { formatCidr } from '../domain/cidr.ts';
import { evolve } from '../domain/evolve.ts';
import { Pool } from '../domain/pool.ts';
import { initialState } from '../domain/state.ts';
import { collectGarbage } from './collect-garbage.ts';

/**
 * A program: what the log of a pool of 2^bits blocks, each reserved by a run, costs to fold, and what the projection of it
 * keeps in memory. Prints one line of JSON. `replay.ts [bits]`
 */
const bits = Number(process.argv[2] ?? 20);
const FAR = '2099-01-01T00:00:00.000Z';
const AT_ONCE = 256;
const cidr = `10.0.0.0/${28 - bits}`;
const subject = subjects.pool('bench', cidr);

/** Bytes in use; typed arrays lie outside the heap. */
const memory = (): number => {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

let sequence = 0;
const fact = <N extends EventName>(name: N, of: string, data: EventData<N>): AnyRecorded =>
  ({
    ...{ name, subject: of, data, sequence: (sequence += 1) },
    id: `e${sequence}`,
    time: FAR,
    correlation: 's',
  }) as AnyRecorded;

const host = fact('HostAnnounced', subjects.host('bench'), {
  ...{ hostname: 'bench', installation: 'bench', cores: 2 ** 30, memoryBytes: 2 ** 52, occupied: [], versions: {} },
  targets: [{ name: 'local', pool: { cidr, blockPrefix: 28 } }],
});
const definition = fact('PoolDefined', subject, { scope: 'bench', cidr, blockPrefix: 28, exclusions: [] });

/** Runs `from` and those after it: asked for, granted together, reserved. */
function facts(pool: Pool, from: number): AnyRecorded[] {
  const runs = Array.from({ length: Math.min(AT_ONCE, pool.blocks - from) }, (_, place) => ({
    ...{ runId: `run-${from + place}`, attempt: 1, leaseExpiresAt: FAR },
    cidr: formatCidr(pool.blockAt(from + place)),
  }));
  const share = { cores: 1, memoryBytes: 2 ** 20, sharing: 'allowed' as const };
  return [
    ...runs.map(({ runId }) =>
      fact('RunNetworkRequested', subjects.run(runId), {
        ...{ attempt: 1, suiteId: 's', target: 'local', addresses: 3, hardwarePolicy: 'reject' },
        ...{ ...share, deadline: FAR, leaseExpiresAt: FAR },
      }),
    ),
    fact('CapacityGranted', subjects.capacity('bench'), {
      grants: runs.map(({ runId }) => ({ runId, attempt: 1, leaseExpiresAt: FAR, ...share })),
    }),
    fact('BlocksGranted', subject, { grants: runs }),
    ...runs.map((run) =>
      fact('NetworkReserved', subjects.network(run.runId), {
        ...{ attempt: 1, hostId: 'bench', cidr: run.cidr, leaseExpiresAt: FAR, pool: { scope: 'bench', cidr } },
      }),
    ),
  ];
}

collectGarbage();
const before = process.memoryUsage().arrayBuffers;
const empty = new Pool(subject, 'bench', cidr, 28);
const poolBytes = process.memoryUsage().arrayBuffers - before;
const start = memory();
const state = initialState();
for (const event of [host, definition]) evolve(state, event);
let ms = 0;
for (let from = 0; from < empty.blocks; from += AT_ONCE) {
  // What reads the log makes them; only the fold is timed.
  const events = facts(empty, from);
  const begin = performance.now();
  for (const event of events) evolve(state, event);
  ms += performance.now() - begin;
}
const granted = state.pools.get(subject)?.granted ?? 0;
if (granted !== empty.blocks) throw new Error(`${granted} of ${empty.blocks} blocks are granted`);
const result = { blocks: granted, events: sequence, ms, poolBytes, projectionBytes: memory() - start };
process.stdout.write(JSON.stringify(result));
