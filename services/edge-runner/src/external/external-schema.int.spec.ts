import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlainPostgres, type PlainPostgres } from '@benchbus/service/testing';
import { holdSchema, MARKER, releaseSchema } from './hold-schema.ts';
import { RELEASE_SCHEMA } from './release-task.ts';

const PASSWORD = "the operator's";
const { signal } = new AbortController();

describe("the load tool's own schema in an external database", () => {
  let server: PlainPostgres;
  let dir = '';
  const secrets = { ':PW': PASSWORD };
  const owner = (runId: string) => ({
    installation: 'test',
    runId,
    connection: { ...server.connection, password: { secret: 'PW' } },
  });
  const schemas = () => server.ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'benchbus'");

  beforeAll(async () => {
    server = await startPlainPostgres(PASSWORD);
    dir = await mkdtemp(join(tmpdir(), 'benchbus-external-'));
  });
  afterAll(async () => {
    await server.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it("is this run's alone, and is dropped only by it", async () => {
    await holdSchema(dir, owner('a'), secrets, signal);
    await holdSchema(dir, owner('a'), secrets, signal);
    const other = await mkdtemp(join(tmpdir(), 'benchbus-external-'));
    const refused = holdSchema(other, owner('b'), secrets, signal);
    await expect(refused).rejects.toMatchObject({ code: 'EXTERNAL_SCHEMA_IN_USE' });
    expect(await releaseSchema(other, secrets)).toBeUndefined();
    await rm(other, { recursive: true });
    expect(schemas()).toBe('1');
    expect(await releaseSchema(dir, secrets)).toMatch(/^schema benchbus of 127/);
    expect(schemas()).toBe('0');
    expect(await releaseSchema(dir, secrets)).toBeUndefined();
  });

  it('whose runner was killed is dropped by the program itself, when the node is destroyed', async () => {
    await holdSchema(dir, owner('a'), secrets, signal);
    const release = (more: Record<string, string>) =>
      spawnSync(process.execPath, [join(import.meta.dirname, '../main.ts')], {
        encoding: 'utf8',
        env: {
          ...{ PATH: process.env['PATH'], BENCHBUS_EDGE_TASK: RELEASE_SCHEMA, BENCHBUS_NODE_DIR: dir },
          ...more,
        },
      });
    const without = release({});
    expect([without.status, without.stderr.trim()]).toEqual([1, expect.stringMatching(/^SECRET_MISSING: /)]);
    expect(existsSync(join(dir, MARKER))).toBe(true);
    const done = release({ BENCHBUS_SECRETS: JSON.stringify(secrets) });
    expect([done.status, done.stdout]).toEqual([0, expect.stringMatching(/^schema benchbus of /)]);
    expect(schemas()).toBe('0');
    expect(existsSync(join(dir, MARKER))).toBe(false);
  });

  it("of a role that may make none is an error with the server's words", async () => {
    server.ask(`CREATE ROLE poor LOGIN PASSWORD 'poor-poor-poor'`);
    const connection = { ...server.connection, user: 'poor', password: { secret: 'POOR' } };
    const held = holdSchema(dir, { ...owner('a'), connection }, { ':POOR': 'poor-poor-poor' }, signal);
    await expect(held).rejects.toMatchObject({ code: 'DATABASE_QUERY_FAILED' });
    await expect(held).rejects.toThrow(/permission denied/);
    expect(await releaseSchema(dir, { ':POOR': 'poor-poor-poor' })).toBeUndefined();
  });
});
