import { z } from 'zod';
import { bytes, milliseconds } from './scalars.ts';

export const postgresVersion = z.enum(['installed', '15', '16', '17', '18']);
export type PostgresVersion = z.infer<typeof postgresVersion>;

export const storageEngine = z.enum(['heap', 'orioledb']);

/** Server settings as postgresql.conf knows them; values are kept as text. */
export const postgresSettings = z.record(z.string().regex(/^[a-z_][a-z0-9_.]*$/i), z.string());
export type PostgresSettings = z.infer<typeof postgresSettings>;

/** What a server is: of a whole topology, or of one node that differs. */
export const postgresServer = z.strictObject({
  version: postgresVersion,
  storageEngine,
  settings: postgresSettings,
});
export type PostgresServer = z.infer<typeof postgresServer>;

/** Patroni's dynamic configuration, by its own terms. Of the whole cluster; it needs etcd. */
export const patroni = z.strictObject({
  ttlMs: milliseconds,
  loopWaitMs: milliseconds,
  retryTimeoutMs: milliseconds,
  maximumLagOnFailoverBytes: bytes,
  synchronousMode: z.boolean(),
  /** Standbys that must confirm a commit; counts only with `synchronousMode`. */
  synchronousNodeCount: z.int().min(1),
});
export type Patroni = z.infer<typeof patroni>;

/** PostgreSQL on one node. */
export const postgresRole = z.strictObject({
  role: z.enum(['primary', 'replica']),
  /** Replaces the topology's server as a whole. */
  override: postgresServer.optional(),
  /** Merged over the settings in effect, key by key. */
  settings: postgresSettings.default({}),
});
export type PostgresRole = z.infer<typeof postgresRole>;
