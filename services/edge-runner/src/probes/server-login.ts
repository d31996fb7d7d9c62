import { endOf, placeOf, userOf } from './planned.ts';
import type { Server } from './planned.ts';
import type { Login } from './query.ts';
import { query } from './query.ts';
import type { ProbeWorld } from './world.ts';

/** Where every server has a database. */
export const MAINTENANCE = 'postgres';

/** A server itself, not through a pool, as superuser. */
export function loginTo(at: Server, world: ProbeWorld): Login {
  const planned = 'launch' in at.process && at.process.launch !== undefined;
  return {
    ...(planned ? endOf(at, 'postgres') : { host: at.node.address, port: at.process.port }),
    user: userOf(world.plan, 'superuser'),
    database: MAINTENANCE,
    password: world.credential('superuser'),
    parameters: { sslmode: 'disable' },
    where: placeOf(at),
  };
}

/** @throws what `query` throws */
export const askServer = (at: Server, sql: string, world: ProbeWorld) => query(loginTo(at, world), sql, world);
