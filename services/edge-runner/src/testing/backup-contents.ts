import { runProgram } from '../runtime/process/run-program.ts';
import { psql, type PsqlTarget } from '../runtime/postgres/index.ts';

/** What a dump has to carry: keys, defaults, types that need quoting, a view, a function, a sequence that went on. */
export const SCHEMA = `
CREATE SCHEMA "Shop's";
CREATE TYPE "Shop's".state AS ENUM ('new', 'paid');
CREATE TABLE "Shop's".customers (id serial PRIMARY KEY, name text NOT NULL UNIQUE, notes jsonb, tags text[]);
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer int NOT NULL REFERENCES "Shop's".customers,
  state "Shop's".state DEFAULT 'new',
  amount numeric(12, 2) CHECK (amount >= 0),
  receipt bytea,
  at timestamptz
);
CREATE INDEX by_state ON orders (state) WHERE amount > 10;
CREATE VIEW totals AS SELECT customer, sum(amount) FROM orders GROUP BY 1;
CREATE FUNCTION twice(int) RETURNS int LANGUAGE sql AS 'SELECT 2 * $1';
CREATE TABLE empty ();
INSERT INTO "Shop's".customers (name, notes, tags)
  SELECT 'O''Neill \\ "' || n || E'\\n\\t\\u00fc', jsonb_build_object('n', n), ARRAY['a,b', NULL, '{}'] FROM generate_series(1, 500) n;
INSERT INTO orders (customer, state, amount, receipt, at)
  SELECT 1 + n % 500, CASE n % 2 WHEN 0 THEN 'paid' END::"Shop's".state, n / 7.0, decode(md5(n::text), 'hex'),
    timestamptz '2026-01-01 00:00:00.123456+00' + n * interval '1 min' FROM generate_series(1, 5000) n;
`;

const TABLES = `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
  WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`;

/** Schema, as pg_dump writes it, and a checksum of each table and sequence: equal for databases that hold the same. */
export async function contentsOf(server: PsqlTarget): Promise<Record<string, string>> {
  const { host, port, user, database } = server.connection;
  const { code, stdout, stderr } = await runProgram({
    argv: [`${server.bin}/pg_dump`, '--schema-only', '-h', host, '-p', String(port), '-U', user, database],
    env: { PGPASSWORD: server.password ?? '' },
    timeoutMs: 30_000,
  });
  if (code !== 0) throw new Error(stderr);
  // The token of newer ones is another each time.
  const schema = stdout.replace(/^\\(un)?restrict .*$/gm, '');
  const contents: Record<string, string> = { schema };
  for (const table of (await psql(server, TABLES)).split('\n').filter(Boolean))
    contents[table] = await psql(
      server,
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') FROM ${table} t`,
    );
  contents['sequences'] = await psql(
    server,
    "SELECT string_agg(format('%s.%s=%s', schemaname, sequencename, last_value), ' ' ORDER BY 1) FROM (SELECT * FROM pg_sequences ORDER BY 1, 2) s",
  );
  return contents;
}

/** As docs/reference/topologies.md says. */
export async function restore(dump: string, server: PsqlTarget): Promise<void> {
  const { host, port, user, database } = server.connection;
  const { code, stderr } = await runProgram({
    argv: [
      `${server.bin}/pg_restore`,
      '--exit-on-error',
      ...['-h', host, '-p', String(port), '-U', user, '-d', database],
      dump,
    ],
    env: { PGPASSWORD: server.password ?? '' },
    timeoutMs: 60_000,
  });
  if (code !== 0) throw new Error(stderr);
}
