import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { docker } from './engine-world.ts';

/** More than pgbench's tables have: keys, types that need quoting, a view, a sequence that went on. */
export const SEED = `
CREATE SCHEMA "Shop's";
CREATE TABLE "Shop's".customers (id serial PRIMARY KEY, name text NOT NULL UNIQUE, notes jsonb, tags text[]);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer int NOT NULL REFERENCES "Shop's".customers, amount numeric(12, 2) CHECK (amount >= 0), receipt bytea);
CREATE INDEX by_amount ON orders (amount) WHERE amount > 10;
CREATE VIEW totals AS SELECT customer, sum(amount) FROM orders GROUP BY 1;
INSERT INTO "Shop's".customers (name, notes, tags)
  SELECT 'O''Neill ' || n || E'\\n\\t', jsonb_build_object('n', n), ARRAY['a,b', NULL, '{}'] FROM generate_series(1, 500) n;
INSERT INTO orders (customer, amount, receipt)
  SELECT 1 + n % 500, n / 7.0, decode(md5(n::text), 'hex') FROM generate_series(1, 5000) n;`;

/** A server in a container, by its own programs: those of other versions may not understand it. */
export interface ContainedServer {
  readonly container: string;
  /** As the container calls it. */
  readonly host: string;
  /** Where the container does not have it in its environment. */
  readonly password?: string;
}

const inside = ({ container, host, password }: ContainedServer, program: string, ...args: readonly string[]) => {
  const env = password === undefined ? [] : ['--env', `PGPASSWORD=${password}`];
  return docker('exec', ...env, container, program, '-h', host, '-U', 'postgres', ...args);
};

export const ask = async (server: ContainedServer, sql: string, database = 'postgres'): Promise<string> =>
  (await inside(server, 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', database, '-c', sql)).trim();

/** Schema and every row, as text; without the token of newer versions, which is another each time. */
export const contentsOf = async (server: ContainedServer, database = 'postgres'): Promise<string> =>
  (await inside(server, 'pg_dump', database)).replaceAll(/^\\(?:un)?restrict .*$/gm, '');

/** A fresh server of the official image, of which nothing is kept. */
export async function freshServer(image: string): Promise<ContainedServer & { readonly stop: () => Promise<void> }> {
  const container = `bbtest-restore-${randomBytes(4).toString('hex')}`;
  const password = 'fresh';
  await docker('run', '-d', '--rm', '--name', container, '-e', `POSTGRES_PASSWORD=${password}`, image);
  const server = { container, host: '127.0.0.1', password };
  // Its entrypoint's own first server listens on no address.
  await expect.poll(() => ask(server, 'SELECT 1').catch(() => ''), { timeout: 60_000, interval: 200 }).toBe('1');
  return { ...server, stop: async () => void (await docker('rm', '-f', '-v', container)) };
}

/** As docs/reference/topologies.md says, into a database of that name. */
export async function restoreInto(server: ContainedServer, database: string, dump: string): Promise<void> {
  const file = `/tmp/${database}.dump`;
  await docker('cp', dump, `${server.container}:${file}`);
  await inside(server, 'createdb', database);
  await inside(server, 'pg_restore', '--exit-on-error', '-d', database, file);
}
