import type { Connection, Plan } from '@benchbus/suites';
import type { Server } from '../commit-probe/settings.ts';
import { serversOf } from '../probes/planned.ts';

/** Where writes may go, with or without Patroni; the planned primary first. */
export function writableServers(plan: Plan): Server[] {
  const servers = serversOf(plan);
  const primary = servers.filter(({ process }) => process.role === 'primary');
  const others = servers.filter(({ process }) => process.role !== 'primary');
  return [...primary, ...others].map(({ node, process }) => ({ host: node.address, port: process.port }));
}

/**
 * Where the load tool connects when a fault is to come: a pool follows the leader by itself; without one libpq is given all
 * servers, and takes the one that takes writes. Pure.
 */
export function faultyConnection(connection: Connection, servers: readonly Server[]): Connection {
  const direct = servers.some(({ host, port }) => host === connection.host && port === connection.port);
  const [first, ...others] = servers;
  // libpq takes one port for all hosts; planned servers all have the same.
  if (!direct || first === undefined || others.some(({ port }) => port !== first.port)) return connection;
  return {
    ...connection,
    host: servers.map(({ host }) => host).join(','),
    parameters: { ...connection.parameters, target_session_attrs: 'read-write' },
  };
}
