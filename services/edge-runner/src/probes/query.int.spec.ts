import { createServer, type AddressInfo, type Server } from 'node:net';
import { exampleTest } from '@benchbus/suites/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Stage } from '../testing/stage.ts';
import { planned } from './planned.ts';
import { query, type Login } from './query.ts';
import { loginTo } from './server-login.ts';

describe('a question', () => {
  let stage: Stage;
  let login: Login;
  beforeAll(async () => {
    stage = await Stage.of(exampleTest());
    await stage.up('pg', 'postgres');
    await stage.until('pg', 'postgres', 'accepting');
    login = loginTo(planned(stage.plan, 'pg', 'postgres'), stage.world());
  });
  afterAll(() => stage.dispose());

  it('leaves no session behind for longer than its time, when it is given up or nobody wants it any more', async () => {
    const world = stage.world({ timeoutMs: 300 });
    await expect(query(login, 'SELECT pg_sleep(600)', world)).rejects.toMatchObject({ name: 'NotYet' });
    const over = new AbortController();
    const asking = query(login, 'SELECT pg_sleep(600)', stage.world({ signal: over.signal, timeoutMs: 4_000 }));
    const sessions = `SELECT count(*)::int AS n FROM pg_stat_activity
      WHERE application_name = 'benchbus-probe' AND pid <> pg_backend_pid()`;
    await expect.poll(() => query(login, sessions, stage.world()), { timeout: 10_000 }).toEqual([{ n: 1 }]);
    over.abort(new Error('cancelled'));
    await expect(asking).rejects.toThrow('cancelled');
    await expect.poll(() => query(login, sessions, stage.world()), { timeout: 20_000 }).toEqual([{ n: 0 }]);
  });

  it('that is wrong is an error; one without TLS is asked again where `prefer` allows it', async () => {
    await expect(query(login, 'SELECT nothing', stage.world())).rejects.toMatchObject({
      code: 'DATABASE_QUERY_FAILED',
      where: 'node pg, process postgres',
    });
    const preferred = { ...login, parameters: { sslmode: 'prefer' } };
    await expect(query(preferred, 'SELECT 1 AS one', stage.world())).resolves.toEqual([{ one: 1 }]);
    const required = { ...login, parameters: { sslmode: 'require' } };
    await expect(query(required, 'SELECT 1', stage.world())).rejects.toMatchObject({
      name: 'NotYet',
      message: expect.stringContaining('SSL') as string,
    });
  });

  it('to somebody who takes the connection and says nothing is given up in time', async () => {
    const mute: Server = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => mute.listen(0, '127.66.255.1', resolve));
    try {
      const { port } = mute.address() as AddressInfo;
      const silent = { ...login, host: '127.66.255.1', port };
      await expect(query(silent, 'SELECT 1', stage.world({ timeoutMs: 300 }))).rejects.toMatchObject({
        name: 'NotYet',
      });
    } finally {
      await new Promise((resolve) => mute.close(resolve));
    }
  });
});
