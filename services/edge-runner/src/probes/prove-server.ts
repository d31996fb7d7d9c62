import { z } from 'zod';
import type { Server } from './planned.ts';
import type { Stream } from './replication.ts';
import { askServer } from './server-login.ts';
import type { Facts, ProbeWorld } from './world.ts';

const row = z.object({
  version: z.string(),
  checksums: z.string(),
  encoding: z.string(),
  locale: z.string(),
  recovering: z.boolean(),
});

const FACTS = `SELECT current_setting('server_version') AS version, current_setting('data_checksums') AS checksums,
  current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS recovering,
  (SELECT datcollate FROM pg_database WHERE datname = current_database()) AS locale`;

export interface ServerFacts {
  readonly version: string;
  readonly recovering: boolean;
  readonly facts: Facts;
}

/** What every server tells of itself. @throws what `query` throws */
export async function serverFacts(at: Server, world: ProbeWorld): Promise<ServerFacts> {
  const [found] = z.array(row).parse(await askServer(at, FACTS, world));
  if (found === undefined) throw new Error('a SELECT without FROM gave no row');
  const { version, recovering, checksums, encoding, locale } = found;
  const facts = {
    answersQuery: true,
    role: recovering ? 'replica' : 'primary',
    dataChecksums: checksums === 'on',
    encoding,
    locale,
    address: at.node.address,
    port: at.process.port,
  };
  return { version, recovering, facts };
}

/** `replica.<name>.state` and so on, of replicas of the plan. */
export function streamFacts(streams: readonly Stream[]): Facts {
  const facts = streams.map(({ application, state, sync, slot, lagBytes }): Facts => {
    const of = (key: string) => `replica.${application}.${key}`;
    return { [of('state')]: state, [of('sync')]: sync, [of('slot')]: slot, [of('lagBytes')]: lagBytes };
  });
  return Object.assign({}, ...facts) as Facts;
}

/** Streams of the plan's servers alone: not copies in the making, nor a backup's. */
export const ofServers = (streams: readonly Stream[], servers: readonly Server[]): Stream[] =>
  streams.filter(({ application }) => servers.some(({ node }) => node.name === application));
