import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { subjects } from '@benchbus/events';
import { findVersitygw, startS3, type TestS3 } from '@benchbus/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provideBucketKeys } from '../testing/backups.ts';
import { eventOf } from '../testing/history.ts';
import { Installation } from '../testing/installation.ts';
import { logLines } from '../testing/log-lines.ts';
import { play } from '../testing/play.ts';
import { topologySuites } from '../testing/topology-suites.ts';
import { docker, engineLacks, engineWorld, newIn, reachableAddress } from './engine-world.ts';
import { ask, contentsOf, freshServer, restoreInto, SEED, type ContainedServer } from './restored.ts';

const TIMEOUT_MS = 480_000;
const RUNNER_IMAGE = process.env['BENCHBUS_RUNNER_IMAGE'] ?? 'benchbus/runner:dev';
const POSTGRES = 'postgres:17-alpine';
/** Old by their names, one of them no dump of the node. */
const [OLD, FOREIGN] = ['20200101T000000Z-pg.dump', 'notes.dump'];
const SOON = { timeout: 120_000, interval: 200 };

const engine = await engineLacks([RUNNER_IMAGE, POSTGRES, 'benchbus/backup:17']);
const lacks = engine ?? (findVersitygw() === undefined && process.env['CI'] !== 'true' ? 'no versitygw' : undefined);

describe.skipIf(lacks !== undefined)(
  `a run in containers that is backed up${lacks === undefined ? '' : ` (${lacks})`}`,
  { timeout: TIMEOUT_MS },
  () => {
    let installation: Installation;
    let bridge: Awaited<ReturnType<typeof reachableAddress>>;
    let s3: TestS3;
    let folder: string;
    beforeAll(async () => {
      const env = {
        BENCHBUS_RUNNER_IMAGE: RUNNER_IMAGE,
        BENCHBUS_TARGETS: 'local,docker',
        BENCHBUS_DOCKER_CIDR: '10.11.0.0/16',
      };
      bridge = await reachableAddress();
      [installation, s3] = await Promise.all([Installation.start(env), startS3(['backups'], bridge.address)]);
      folder = mkdtempSync(join(tmpdir(), "benchbus-e2e-it's:dumps-"));
      chmodSync(folder, 0o1777);
    });
    afterAll(async () => {
      expect(await installation.stop()).toEqual([]);
      await s3.stop();
      await bridge.remove();
      rmSync(folder, { recursive: true, force: true });
    });

    const foldersOf = (runId: string) => [join(folder, runId), join(s3.folder, 'backups', runId)] as const;
    function plant(runId: string): void {
      const [dumps] = foldersOf(runId);
      mkdirSync(dumps);
      chmodSync(dumps, 0o777);
      for (const name of [OLD, FOREIGN]) writeFileSync(join(dumps, name), 'x');
    }
    /** Its arguments and labels, not its environment, which is where a container has its secrets. */
    async function shownOf(runId: string): Promise<string> {
      const ids = await docker('ps', '-aq', '--filter', `label=benchbus.run=${runId}`);
      const all = JSON.parse(await docker('inspect', ...ids.split('\n').filter(Boolean))) as { Config: object }[];
      return JSON.stringify(all.map(({ Config, ...one }) => ({ ...one, Config: { ...Config, Env: [] } })));
    }

    it('has whole dumps in the folder and the bucket: restored, they are the same; nothing else is left', async () => {
      provideBucketKeys(installation, s3);
      const before = await engineWorld();
      let [runId, original, shown, lines] = ['', '', '', [] as string[]];
      const measured = { script: 'select-only' };
      const suite = topologySuites('docker').backup(folder, s3, measured);
      const { history, proven, serverVersions } = await play(installation, suite, async (asked) => {
        runId = asked;
        plant(runId);
        lines = await logLines(installation, runId, 'backup');
        const server: ContainedServer = {
          container: `benchbus-${installation.installation}-${runId}-pg.postgres`,
          host: 'pg',
        };
        await eventOf(installation.bus, subjects.edge(runId, 'pg'), 'DatabaseReady');
        const loaded = "SELECT count(*) FROM pg_indexes WHERE indexname = 'pgbench_accounts_pkey'";
        await expect.poll(() => ask(server, loaded).catch(() => ''), SOON).toBe('1');
        await ask(server, SEED);
        original = await contentsOf(server);
        const dumped = ['pg', 'vault'].map((node) => [node, lines.length] as const);
        for (const [node, from] of dumped)
          await expect
            .poll(() => lines.slice(from).some((line) => line.startsWith(`${node}: dumped to `)), SOON)
            .toBe(true);
        shown = await shownOf(runId);
      });

      expect(serverVersions['pg']).toMatch(/^17\./);
      const image = expect.stringMatching(/^postgres(:\S+)?@sha256:[0-9a-f]{64}$/) as string;
      expect(proven['pg']).toMatchObject({ 'setting.work_mem': '5MB', 'image.postgres': image });
      const [inFolder, inBucket] = foldersOf(runId);
      expect(readdirSync(inFolder)).toContain(FOREIGN);
      expect(readdirSync(inFolder)).not.toContain(OLD);
      expect(readdirSync(inFolder).filter((name) => name.endsWith('.partial'))).toEqual([]);
      expect(lines.filter((line) => line.includes('JOB_FAILED'))).toEqual([]);
      const newest = (dir: string, node: string) =>
        readdirSync(dir)
          .filter((name) => name.endsWith(`-${node}.dump`))
          .sort()
          .at(-1) ?? '';
      const fresh = await freshServer(POSTGRES);
      try {
        await restoreInto(fresh, 'of_folder', join(inFolder, newest(inFolder, 'pg')));
        await restoreInto(fresh, 'of_bucket', join(inBucket, newest(inBucket, 'vault')));
        const rows = (text: string) => text.split('\n');
        for (const database of ['of_folder', 'of_bucket'])
          expect(rows(await contentsOf(fresh, database))).toEqual(rows(original));
        // The comparison sees a single value.
        await ask(fresh, 'UPDATE orders SET amount = amount + 0.01 WHERE id = 4711', 'of_bucket');
        expect(await contentsOf(fresh, 'of_bucket')).not.toBe(original);
      } finally {
        await fresh.stop();
      }
      for (const secret of [s3.secretAccessKey, s3.accessKeyId])
        expect(JSON.stringify([history, lines, shown])).not.toContain(secret);
      expect(newIn(before, await engineWorld(), installation.installation)).toEqual([]);
    });
  },
);
