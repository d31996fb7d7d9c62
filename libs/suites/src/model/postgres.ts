import { z } from 'zod';
import { bytes, count, milliseconds } from './scalars.ts';

export const postgresVersion = z.enum(['installed', '15', '16', '17', '18']);
export type PostgresVersion = z.infer<typeof postgresVersion>;

export const storageEngine = z.enum(['heap', 'orioledb']);

/** Server settings as postgresql.conf knows them; values are kept as text. */
export const postgresSettings = z.record(z.string().regex(/^[a-z_][a-z0-9_.]*$/i), z.string());
export type PostgresSettings = z.infer<typeof postgresSettings>;

/** What a server is: of a whole topology, or of one node that differs. */
export const postgresServer = z.strictObject({
  version: postgresVersion.describe('Major version; `installed`: the one the node has'),
  storageEngine: storageEngine.describe('Storage engine of the tables'),
  settings: postgresSettings.describe('postgresql.conf, in its own units'),
});
export type PostgresServer = z.infer<typeof postgresServer>;

/** Patroni's dynamic configuration, by its own terms. Of the whole cluster; it needs etcd. */
export const patroni = z.strictObject({
  ttlMs: milliseconds.describe('How long the leader lock lives without a renewal'),
  loopWaitMs: milliseconds.describe('Pause between two rounds of the manager'),
  retryTimeoutMs: milliseconds.describe('How long a failing operation is repeated'),
  maximumLagOnFailoverBytes: bytes.describe('A replica further behind may not become leader'),
  synchronousMode: z.boolean().describe('A commit waits for standbys'),
  synchronousNodeCount: count.describe('Standbys that must confirm a commit; counts only with `synchronousMode`'),
});
export type Patroni = z.infer<typeof patroni>;

/** PostgreSQL on one node. */
export const postgresRole = z.strictObject({
  role: z.enum(['primary', 'replica']).describe('At first: Patroni may change it'),
  override: postgresServer.optional().describe("Replaces the topology's server as a whole"),
  settings: postgresSettings.default({}).describe('Merged over the settings in effect, key by key'),
});
export type PostgresRole = z.infer<typeof postgresRole>;
