import fc from 'fast-check';
import type { Backup, Etcd, Monitoring, Pgbouncer } from '../model/components.ts';
import { absolutePath, count, longTime, secretRef, text } from './scalar-arbitraries.ts';

/** A component's usual port or another one, from a range that is this component's alone: no two ever collide. */
const port = (usual: number, range: number) =>
  fc.oneof(fc.constant(usual), fc.integer({ min: range, max: range + 999 }));

export const etcd: fc.Arbitrary<Etcd> = fc.record({ clientPort: port(2379, 20_000), monitor: fc.boolean() });

export const pgbouncer: fc.Arbitrary<Pgbouncer> = fc.record({
  port: port(6432, 21_000),
  poolMode: fc.constantFrom('session', 'transaction', 'statement'),
  poolSize: count,
  maxClientConnections: count,
  monitor: fc.boolean(),
});

const schedule = fc.oneof(
  fc.constantFrom('* * * * *', '*/15 0-6 1,15 * MON-FRI', '0 3 * JAN 0'),
  fc.tuple(fc.nat(59), fc.nat(23)).map(([minute, hour]) => `${minute} ${hour} * * *`),
);

const s3 = fc.record({
  bucket: text(20),
  region: text(20),
  endpoint: fc.webUrl(),
  accessKeyId: secretRef,
  secretAccessKey: secretRef,
});

export const backup: fc.Arbitrary<Backup> = fc.record(
  {
    tool: fc.constantFrom('wal-g', 'pg_dump'),
    schedule,
    retentionMs: longTime,
    destination: fc.oneof(fc.record({ s3 }), fc.record({ path: absolutePath })),
  },
  { requiredKeys: ['tool', 'schedule', 'destination'] },
);

const names = fc.array(text(12), { maxLength: 3 });

export const monitoring: fc.Arbitrary<Monitoring> = fc.record(
  {
    nodeExporter: fc.record({ port: port(9100, 22_000), collectors: names }),
    postgresExporter: fc.record({ port: port(9187, 23_000), customQueriesPaths: names }),
  },
  { requiredKeys: [] },
);
