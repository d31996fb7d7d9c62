import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findByEnvironment } from '@benchbus/processes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { psql } from './runtime/postgres/index.ts';
import { runProgram } from './runtime/process/run-program.ts';
import { contentsOf, restore, SCHEMA } from './testing/backup-contents.ts';
import { canBackUp, startBackupRun, type BackupRun } from './testing/backup-run.ts';
import { scratchRun, scratchServer } from './testing/scratch.ts';
import { testPlan } from './testing/test-plan.ts';

/** Old by their names; and what is not the node's own, though old by its attributes. */
const OLD = '20200101T000000Z';
const FOREIGN = [`${OLD}-other.dump`, `${OLD}-x-pg.dump`, `${OLD}-pg.dump.gz`, `x${OLD}-bucket.dump`, 'notes.dump'];

// By the clock: whoever comes first waits for the next full minute.
describe.skipIf(!canBackUp)('backups', { timeout: 240_000 }, () => {
  let made: BackupRun;
  let printed: (readonly string[])[];
  const fresh: Awaited<ReturnType<typeof scratchRun>>[] = [];
  beforeAll(async () => {
    made = await startBackupRun({ pg: 'folder', bucket: 'bucket' });
    await made.plant(`${OLD}-pg.dump`, `${OLD}-bucket.dump`, ...FOREIGN);
    printed = await made.start();
    await psql(made.server, `BEGIN; ${SCHEMA} COMMIT`);
    // One that began before the data was there does not count.
    made.lines['backup'] = [];
  }, 120_000);
  afterAll(async () => {
    for (const run of fresh.splice(0)) await run.dispose();
    await made.stop();
  });

  /** The name of the dump that this line tells of. */
  const dumped = (where: string): string | undefined =>
    made.said().match(new RegExp(`^dumped to ${where}/(.*)$`, 'm'))?.[1];
  const untilDumped = async (where: string, node: string): Promise<string> => {
    await made.until(new RegExp(`^dumped to ${where}/\\d{8}T\\d{6}Z-${node}\\.dump$`, 'm'));
    return dumped(where) ?? '';
  };

  async function expectSame(dump: string): Promise<void> {
    const run = await scratchRun(['pg']);
    fresh.push(run);
    const other = await scratchServer(run.nodeDir('pg'), testPlan());
    const original = await contentsOf(made.server);
    expect(original).toMatchObject({
      schema: expect.stringContaining('CREATE FUNCTION public.twice') as string,
      [`"Shop's".customers`]: expect.stringMatching(/^500 [0-9a-f]{32}$/) as string,
      'public.orders': expect.stringMatching(/^5000 [0-9a-f]{32}$/) as string,
      'public.empty': '0',
      sequences: expect.stringMatching(/=5000/) as string,
    });
    await restore(dump, other);
    expect(await contentsOf(other)).toEqual(original);
    // The comparison sees a single value, and an index.
    await psql(other, 'UPDATE orders SET amount = amount + 0.01 WHERE id = 4711; DROP INDEX by_state');
    const changed = await contentsOf(other);
    expect(Object.keys(original).filter((key) => changed[key] !== original[key])).toEqual(['schema', 'public.orders']);
  }

  it('go into a folder, and one restored into a fresh server is the same', async () => {
    const name = await untilDumped(made.folder, 'pg');
    expect((await readdir(made.folder)).filter((file) => file.endsWith('.partial'))).toEqual([]);
    await expectSame(join(made.folder, name));
  });

  it('go into a bucket, and one restored from there into a fresh server is the same', async () => {
    const name = await untilDumped(`backups/${made.runId}`, 'bucket');
    const file = join(made.folders, name);
    await made.rclone('copyto', `${made.remote}/${name}`, file);
    await expectSame(file);
    // Nothing of it stays on the node.
    expect(await readdir(join(made.run.nodeDir('bucket'), 'backup/run'))).toEqual([]);
  });

  it.each([
    { to: 'folder', node: 'pg', list: () => readdir(made.folder), other: 'bucket' },
    { to: 'bucket', node: 'bucket', list: () => made.rclone('lsf', made.remote), other: 'pg' },
  ])('older than the retention are removed from a $to, and nothing else there', async ({ node, list, other }) => {
    await made.until(new RegExp(`^removed .*/${OLD}-${node}\\.dump: older than 3600 s$`, 'm'));
    const left = (await list()).filter((name) => name.startsWith(OLD) || FOREIGN.includes(name));
    expect(left.sort()).toEqual([...FOREIGN, `${OLD}-${other}.dump`].sort());
  });

  it('show the secrets of a bucket to nobody', async () => {
    await untilDumped(`backups/${made.runId}`, 'bucket');
    const { s3, world, runId, run } = made;
    const events = await Promise.all(['pg', 'bucket'].map((node) => world.bus.log.read(`evt.edge.${runId}.${node}`)));
    const shown = JSON.stringify([made.lines, printed, made.plan, events]);
    for (const secret of [s3.accessKeyId, s3.secretAccessKey]) {
      expect(shown).not.toContain(secret);
      const found = await runProgram({ argv: ['grep', '-rlF', secret, run.dir], timeoutMs: 30_000 });
      expect(found).toMatchObject({ code: 1, stdout: '' });
    }
    // The server, beside which a backup runs, has none of them.
    expect(
      findByEnvironment({ BENCHBUS_RUN: runId, BENCHBUS_PROCESS: 'postgres', S3_KEY: s3.secretAccessKey }),
    ).toEqual([]);
  });
});
