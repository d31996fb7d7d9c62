import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findVersitygw, startS3, type TestS3 } from '@benchbus/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provideBucketKeys } from '../testing/backups.ts';
import { Installation } from '../testing/installation.ts';
import { logLines } from '../testing/log-lines.ts';
import { play } from '../testing/play.ts';
import { topologySuites } from '../testing/topology-suites.ts';

const TIMEOUT_MS = 480_000;
const NAME = /^\d{8}T\d{6}Z-(pg|vault)\.dump$/;

describe.skipIf(findVersitygw() === undefined && process.env['CI'] !== 'true')(
  'a run that is backed up',
  { timeout: TIMEOUT_MS },
  () => {
    let installation: Installation;
    let s3: TestS3;
    let folder: string;
    beforeAll(async () => {
      [installation, s3] = await Promise.all([Installation.start(), startS3(['backups'])]);
      folder = mkdtempSync(join(tmpdir(), 'benchbus-e2e-dumps-'));
      chmodSync(folder, 0o1777);
    });
    afterAll(async () => {
      expect(await installation.stop()).toEqual([]);
      await s3.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it('has whole dumps of its data in the folder and the bucket, and nothing else is left', async () => {
      provideBucketKeys(installation, s3);
      const suite = topologySuites('local').backup(folder, s3);
      let lines: string[] = [];
      let runId = '';
      const { history } = await play(installation, suite, async (asked) => {
        runId = asked;
        lines = await logLines(installation, runId, 'backup');
      });

      const dumps = [join(folder, runId), join(s3.folder, 'backups', runId)].map((dir) =>
        readdirSync(dir).map((name) => join(dir, name)),
      );
      for (const files of dumps) {
        expect(files.length, lines.join('\n')).toBeGreaterThan(0);
        for (const file of files) {
          expect(file.split('/').at(-1)).toMatch(NAME);
          // Whole: its table of contents is read, and each of pgbench's tables has its data in it.
          const listed = execFileSync('pg_restore', ['--list', file], { encoding: 'utf8' });
          expect(listed).toContain('dbname: postgres');
        }
        // The last one began while the load ran.
        const rows = execFileSync(
          'pg_restore',
          ['-a', '-t', 'pgbench_accounts', '-f', '-', files.sort().at(-1) ?? ''],
          {
            encoding: 'utf8',
            maxBuffer: 2 ** 28,
          },
        );
        expect(rows.match(/^\d+\t1\t/gm)).toHaveLength(100_000);
      }
      for (const node of ['pg', 'vault'])
        expect(lines.filter((line) => line.startsWith(`${node}: dumped to `))).not.toEqual([]);
      expect(JSON.stringify([history, lines])).not.toContain(s3.secretAccessKey);
    });
  },
);
