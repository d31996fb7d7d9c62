import { leaderOf } from './leader.ts';
import { NotYet, unless } from './not-yet.ts';
import { allOf, endOf, placeOf, plannedPrimary, userOf } from './planned.ts';
import type { Planned, Server } from './planned.ts';
import type { Login } from './query.ts';
import { query } from './query.ts';
import { MAINTENANCE } from './server-login.ts';
import type { ProbeWorld } from './world.ts';

type At = Planned<'pgbouncer'>;

const login = (at: At, name: 'superuser' | 'pgbouncer-admin', database: string, world: ProbeWorld): Login => ({
  ...endOf(at, 'pgbouncer'),
  user: userOf(world.plan, name),
  database,
  password: world.credential(name),
  parameters: { sslmode: 'disable' },
  pooled: true,
  where: placeOf(at),
});

/** A command of PgBouncer's own console. @throws what `query` throws */
export const askConsole = (at: At, command: string, world: ProbeWorld) =>
  query(login(at, 'pgbouncer-admin', 'pgbouncer', world), command, world);

/** A statement to whom PgBouncer leads. @throws what `query` throws */
export const askThrough = (at: At, sql: string, world: ProbeWorld) =>
  query(login(at, 'superuser', MAINTENANCE, world), sql, world);

/** Who should answer behind the pool. */
async function primaryNow(world: ProbeWorld): Promise<Server> {
  const [member] = allOf(world.plan, 'patroni');
  return member === undefined ? plannedPrimary(world.plan) : (await leaderOf(member, world)).leader;
}

export interface Route {
  readonly poolMode: string;
  /** Node that answers, `address:port` of its server. */
  readonly node: string;
  readonly target: string;
}

const WHO = `SELECT pg_is_in_recovery() AS recovering, host(inet_server_addr()) AS address,
  inet_server_port() AS port`;

/** A query through PgBouncer reaches the server that leads now, and the pool's mode is the asked one. @throws NotYet */
export async function routing(at: At, world: ProbeWorld): Promise<Route> {
  const [row] = await askThrough(at, WHO, world);
  if (row === undefined) throw new NotYet(`PgBouncer of ${at.node.name} answers nothing`);
  const target = `${String(row['address'])}:${String(row['port'])}`;
  unless(row['recovering'] === false, `PgBouncer of ${at.node.name} leads to ${target}, which is in recovery`);
  const primary = await primaryNow(world);
  const right = `${primary.node.address}:${primary.process.port}`;
  unless(target === right, `PgBouncer of ${at.node.name} leads to ${target}, the primary is ${right}`);
  const poolMode = await modeOf(at, world);
  unless(poolMode === at.process.poolMode, `PgBouncer of ${at.node.name} pools in mode ${poolMode}`);
  return { poolMode, node: primary.node.name, target };
}

/** A database's own mode wins over the common one. */
async function modeOf(at: At, world: ProbeWorld): Promise<string> {
  const databases = await askConsole(at, 'SHOW DATABASES', world);
  const own = databases.find(({ name }) => name === MAINTENANCE)?.['pool_mode'];
  return typeof own === 'string' && own !== '' ? own : ((await configOf(at, world)).get('pool_mode') ?? 'unknown');
}

/** SHOW CONFIG, by name. @throws what `query` throws */
export async function configOf(at: At, world: ProbeWorld): Promise<ReadonlyMap<string, string>> {
  const rows = await askConsole(at, 'SHOW CONFIG', world);
  return new Map(rows.map((row) => [String(row['key']), String(row['value'])]));
}
