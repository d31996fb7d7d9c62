import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, waitForDeath } from '@benchbus/processes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canBackUp, startBackupRun, WRONG_KEY, type BackupRun } from './testing/backup-run.ts';

const OLD = '20200101T000000Z-pg.dump';

// By the clock: waits for the next full minute.
describe.skipIf(!canBackUp)('a backup that fails', { timeout: 240_000 }, () => {
  let run: BackupRun;
  beforeAll(async () => {
    run = await startBackupRun({ pg: 'folder', denied: 'denied', 'wrong-key': 'bucket with a wrong key' });
  }, 120_000);
  afterAll(() => run.stop());

  it('is told with its code, node and reason; what is old stays, and the run goes on', async () => {
    await run.start();
    const failed = (node: string, why: string) =>
      new RegExp(`^JOB_FAILED: backup failed: sh: [^]*${why}[^]* \\(node ${node}, process backup\\)$`, 'm');
    await run.until(failed('denied', 'Permission denied'));
    await run.until(failed('wrong-key', '(SignatureDoesNotMatch|InvalidAccessKeyId|Forbidden|403)'));
    const pidFile = join(run.run.nodeDir('pg'), 'postgres/data/postmaster.pid');
    const server = identify(Number((await readFile(pidFile, 'utf8')).split('\n')[0]));
    if (server === undefined) throw new Error('no server');
    process.kill(server.pid, 'SIGQUIT');
    expect(await waitForDeath([server], 10_000)).toEqual([]);
    await run.plant(OLD);
    await run.until(failed('pg', 'Connection refused'));
    expect(await readdir(run.folder)).toContain(OLD);
    expect((await readdir(run.folder)).filter((name) => name.endsWith('.partial'))).toEqual([]);
    expect(run.said()).not.toContain(WRONG_KEY);
    for (const node of ['pg', 'denied', 'wrong-key']) {
      const names = await run.world.names(run.runId, node);
      // That server was killed, which is told, too.
      const died = node === 'pg' ? ['ProcessDied'] : [];
      expect(names).toEqual(['EdgeRunnerReady', 'SetupStarted', 'DatabaseReady', ...died]);
      expect(await run.world.bus.liveness.holder(`edge.${run.runId}.${node}`)).toBeDefined();
    }
  });
});
