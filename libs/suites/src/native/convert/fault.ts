import type { z } from 'zod';
import type { Database } from '../../model/database.ts';
import { topologyOf } from '../../model/database.ts';
import type { Fault } from '../../model/fault.ts';
import { formatDuration } from '../duration.ts';
import type { NativeFault, faults } from '../schema/fault.ts';

/**
 * When nothing is said. With Patroni the lock of a killed leader is gone a ttl later at the latest: started again sooner, it
 * would find itself the leader still, and nothing would fail over. Without Patroni nobody else takes over.
 */
const usualRestartMs = (database: Database): number => topologyOf(database)?.postgres.patroni?.ttlMs ?? 0;

export const faultToModel =
  (database: Database) =>
  ({ at, restartAfter, ...rest }: NativeFault): Fault => ({
    ...rest,
    atMs: at,
    restartAfterMs: restartAfter ?? usualRestartMs(database),
  });

export const faultToNative = ({
  atMs,
  restartAfterMs,
  ...rest
}: Fault): NonNullable<z.input<typeof faults>>[number] => ({
  ...rest,
  at: formatDuration(atMs),
  restartAfter: formatDuration(restartAfterMs),
});
