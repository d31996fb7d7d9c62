import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TopologyNode } from '@benchbus/suites';
import { exampleHardware, exampleTest } from '@benchbus/suites/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { undocumented } from '../testing/documented-facts.ts';
import { Stage } from '../testing/stage.ts';
import { awaitMilestone, prove, reached, whyNot } from './index.ts';
import { planned } from './planned.ts';
import { askServer } from './server-login.ts';

const node = (name: string, role: 'primary' | 'replica'): TopologyNode => ({
  name,
  hardware: exampleHardware(),
  postgres: { role, settings: {} },
});
const test = () =>
  exampleTest({
    postgres: {
      settings: { shared_buffers: '16MB', work_mem: '8192kB', 'benchbus.note': "it's \\here", statement_timeout: '1h' },
    },
    nodes: [node('pg-a', 'primary'), node('pg-b', 'replica')],
  });
const accepts = { node: 'pg-a', process: 'postgres', until: 'accepting' } as const;
const streams = { node: 'pg-b', process: 'postgres', until: 'streaming' } as const;

describe('a primary that is being made', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.of(test());
  });
  afterAll(() => stage.dispose());

  it('accepts when afterStart is through; a copy in the making is no stream; a started replica streams', async () => {
    const world = stage.world();
    const primary = planned(stage.plan, 'pg-a', 'postgres');
    expect(await whyNot(accepts, world)).toMatch(/ECONNREFUSED/);
    await stage.up('pg-a', 'postgres');
    await expect.poll(() => whyNot(accepts, world), { timeout: 20_000 }).toMatch(/has no slot pg_b yet/);
    await stage.afterStart('pg-a', 'postgres');
    expect(await reached(accepts, world)).toBe(true);
    expect(await whyNot(streams, world)).toMatch(/sees of pg-b: nothing/);

    // A copy that takes long enough to be seen, over the replica's slot and under its name.
    const [copy] = planned(stage.plan, 'pg-b', 'postgres').process.launch?.prepare ?? [];
    if (copy === undefined) throw new Error('no base backup is planned');
    const slow = copy.args.map((arg) => (arg.startsWith('--pgdata') ? `--pgdata=${stage.dir}/pg-b/slow` : arg));
    await stage.write('pg-b', 'postgres');
    const copying = await stage.launch(
      'pg-b',
      'postgres',
      { ...copy, args: [...slow, '--max-rate=1M'] },
      { PGAPPNAME: 'pg-b' },
    );
    const sql = `SELECT r.state FROM pg_stat_replication r JOIN pg_replication_slots s ON s.active_pid = r.pid
      WHERE r.application_name = 'pg-b' AND s.slot_name = 'pg_b'`;
    await expect.poll(() => askServer(primary, sql, world), { timeout: 20_000 }).toEqual([{ state: 'streaming' }]);
    expect(await whyNot(streams, world)).toMatch(/ECONNREFUSED/);
    const gone = new Promise((resolve) => copying.once('exit', resolve));
    // With its child, which receives the log, and would go on alone.
    if (copying.pid !== undefined) process.kill(-copying.pid, 'SIGKILL');
    await gone;
    await expect.poll(() => askServer(primary, sql, world), { timeout: 20_000 }).toEqual([]);

    await stage.up('pg-b', 'postgres');
    await stage.until('pg-b', 'postgres', 'streaming');
  });
});

describe('a primary and its replica', () => {
  let stage: Stage;
  const primary = () => planned(stage.plan, 'pg-a', 'postgres');
  beforeAll(async () => {
    stage = await Stage.of(test());
    await stage.up('pg-a', 'postgres');
    await vi.waitFor(async () => expect(await whyNot(accepts, stage.world())).toMatch(/has no slot/), 30_000);
    await stage.afterStart('pg-a', 'postgres');
    await stage.up('pg-b', 'postgres');
    await stage.until('pg-b', 'postgres', 'streaming');
  });
  afterAll(() => stage.dispose());

  it('prove what they are, with every setting asked for, and that the stream runs', async () => {
    const { version, facts } = await prove('pg-a', 'postgres', stage.world());
    expect(version).toMatch(/^\d+\.\d+/);
    expect(facts).toMatchObject({
      answersQuery: true,
      role: 'primary',
      dataChecksums: false,
      encoding: 'UTF8',
      locale: 'C.UTF-8',
      address: primary().node.address,
      port: 5432,
      'setting.work_mem': '8MB',
      'setting.shared_buffers': '16MB',
      'setting.benchbus.note': "it's \\here",
      'setting.statement_timeout': '1h',
      'replica.pg-b.state': 'streaming',
      'replica.pg-b.slot': 'pg_b',
      'replica.pg-b.sync': 'async',
    });
    expect(undocumented(facts)).toEqual([]);
    expect(facts['replica.pg-b.lagBytes']).toBeGreaterThanOrEqual(0);
    const replica = await prove('pg-b', 'postgres', stage.world());
    expect(replica.facts).toMatchObject({
      role: 'replica',
      'replica.pg-b.state': 'streaming',
      'setting.work_mem': '8MB',
    });
  });

  it('a wrong password is no matter of waiting', async () => {
    const world = stage.world({ credential: () => 'wrong' });
    const refused = { code: 'DATABASE_LOGIN_REFUSED', where: 'node pg-a, process postgres', permanent: true };
    await expect(reached(accepts, world)).rejects.toMatchObject(refused);
    await expect(
      awaitMilestone(accepts, world, { intervalMs: 10, deadline: Date.now() + 60_000 }),
    ).rejects.toMatchObject(refused);
    await expect(prove('pg-a', 'postgres', world)).rejects.toMatchObject({ code: 'DATABASE_LOGIN_REFUSED' });
  });

  it('a setting that is written, and not in force, is not proven', async () => {
    const asked = structuredClone(stage.plan);
    planned(asked, 'pg-b', 'postgres').process.settings['random_page_cost'] = '2.5';
    const notApplied = {
      code: 'DATABASE_SETTING_NOT_APPLIED',
      message: expect.stringContaining('random_page_cost = 4') as string,
      where: 'node pg-b, process postgres, postgres.settings.random_page_cost',
    };
    const world = stage.world({ plan: asked });
    await expect(prove('pg-b', 'postgres', world)).rejects.toMatchObject(notApplied);
    // The file's time is in whole seconds.
    await pause(1_100);
    await appendFile(join(stage.folder('pg-b', 'postgres', 'config'), 'postgresql.conf'), "random_page_cost = '2.5'\n");
    await expect(prove('pg-b', 'postgres', world)).rejects.toMatchObject(notApplied);
    await askServer(planned(asked, 'pg-b', 'postgres'), 'SELECT pg_reload_conf()', world);
    await expect
      .poll(() => prove('pg-b', 'postgres', world).then(({ facts }) => facts['setting.random_page_cost'], String), {
        timeout: 10_000,
      })
      .toBe('2.5');
  });

  it('what is never reached ends with the reason, at the deadline; or with the signal', async () => {
    const asked = structuredClone(stage.plan);
    planned(asked, 'pg-b', 'postgres').node.name = 'pg-x';
    const heard: string[] = [];
    const patience = { intervalMs: 20, deadline: Date.now() + 500, onWaiting: (reason: string) => heard.push(reason) };
    const need = { ...streams, node: 'pg-x' };
    await expect(awaitMilestone(need, stage.world({ plan: asked }), patience)).rejects.toMatchObject({
      code: 'MILESTONE_TIMEOUT',
      where: 'node pg-x, process postgres, milestone streaming',
      message: expect.stringContaining('sees of pg-x: nothing') as string,
    });
    expect(heard).toHaveLength(1);
    const over = new AbortController();
    const waiting = awaitMilestone(need, stage.world({ plan: asked, signal: over.signal }), {
      intervalMs: 60_000,
      deadline: Date.now() + 120_000,
      onWaiting: () => over.abort(new Error('cancelled')),
    });
    await expect(waiting).rejects.toThrow('cancelled');
  });
});
