import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, findVersitygw, startS3, type TestS3 } from '@benchbus/service/testing';
import type { Plan } from '@benchbus/suites';
import { expect } from 'vitest';
import { findBinaries, type PsqlTarget } from '../runtime/postgres/index.ts';
import { runProgram } from '../runtime/process/run-program.ts';
import { PASSWORD, scratchRun } from './scratch.ts';
import { testPlan } from './test-plan.ts';
import { ready, startWorld } from './world.ts';

/** What these tests cannot do without; continuous integration has it. */
export const canBackUp =
  (findVersitygw() !== undefined && findProgram(['rclone']) !== undefined) || process.env['CI'] === 'true';

const BUCKET = 'backups';
/** A secret access key that is none. */
export const WRONG_KEY = 'a-wrong-key-canary-2';
/** Longer than the clock takes to the next minute, and a dump on a busy machine. */
export const NEXT_MINUTE = { timeout: 120_000, interval: 200 };

type Destination = 'folder' | 'denied' | 'bucket' | 'bucket with a wrong key';
/** Node → where its backups go; the first one has the server. */
export type BackupNodes = Readonly<Record<string, Destination>>;

function planOf(nodes: BackupNodes, folders: string, { endpoint, region }: TestS3): Plan {
  const hardware = { cores: 0.1, memoryBytes: 2 ** 20, diskBytes: 2 ** 20 };
  const accessKeyId = { secret: 'S3_ID' };
  const bucket = (secret: string) => ({
    s3: { bucket: BUCKET, region, endpoint, accessKeyId, secretAccessKey: { secret } },
  });
  const destinations = {
    folder: { path: join(folders, 'ours') },
    denied: { path: join(folders, 'denied') },
    bucket: bucket('S3_KEY'),
    'bucket with a wrong key': bucket('S3_WRONG'),
  };
  const planned = Object.entries(nodes).map(([name, to], index) => ({
    ...{ name, hardware },
    ...(index === 0 ? { postgres: { role: 'primary' as const, settings: {} } } : {}),
    backup: {
      ...{ tool: 'pg_dump' as const, schedule: '* * * * *', retentionMs: 3_600_000 },
      destination: destinations[to],
    },
  }));
  return testPlan({}, { nodes: planned });
}

/** A run whose nodes back up each minute, by the clock, with real runners; with a bucket of a real S3 service. */
export async function startBackupRun(nodes: BackupNodes) {
  const names = Object.keys(nodes);
  const runId = `r-${randomBytes(4).toString('hex')}`;
  const [world, run, s3] = await Promise.all([startWorld(), scratchRun(names), startS3([BUCKET])]);
  const folders = await mkdtemp(join(tmpdir(), 'benchbus-dumps-'));
  await chmod(folders, 0o755);
  await mkdir(join(folders, 'denied'), { mode: 0o555 });
  const folder = join(folders, 'ours', runId);
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o777);
  const plan = planOf(nodes, folders, s3);
  const lines = await world.watchLog(runId);
  const remote = `b:${BUCKET}/${runId}`;

  const rclone = async (...args: string[]): Promise<string[]> => {
    const env = {
      ...{ RCLONE_CONFIG: '/dev/null', RCLONE_CONFIG_B_TYPE: 's3', RCLONE_CONFIG_B_PROVIDER: 'Other' },
      ...{ RCLONE_CONFIG_B_ENDPOINT: s3.endpoint, RCLONE_CONFIG_B_REGION: s3.region },
      RCLONE_CONFIG_B_NO_CHECK_BUCKET: 'true',
      RCLONE_CONFIG_B_ACCESS_KEY_ID: s3.accessKeyId,
      RCLONE_CONFIG_B_SECRET_ACCESS_KEY: s3.secretAccessKey,
    };
    const { code, stdout, stderr } = await runProgram({ argv: ['rclone', ...args], env, timeoutMs: 60_000 });
    if (code !== 0) throw new Error(stderr);
    return stdout.split('\n').filter(Boolean);
  };

  return {
    ...{ world, run, runId, plan, s3, lines, folder, remote, rclone, folders },
    server: {
      bin: await findBinaries({ version: 'installed', programs: ['psql', 'pg_dump', 'pg_restore'] }),
      connection: { host: plan.nodes[0]?.address ?? '', port: 5432, user: 'postgres', database: 'postgres' },
      password: PASSWORD,
    } satisfies PsqlTarget,
    /** Files and objects that are there before, an old time in their attributes. */
    plant: async (...files: string[]): Promise<void> => {
      for (const name of files) {
        await writeFile(join(folder, name), 'x');
        await utimes(join(folder, name), 0, 0);
        await rclone('copyto', join(folder, name), `${remote}/${name}`);
      }
    },
    /** Starts the runners and has them set up their nodes. Returns what each prints. */
    start: async (): Promise<(readonly string[])[]> => {
      await world.plan(runId, plan);
      const secrets = { ':S3_ID': s3.accessKeyId, ':S3_KEY': s3.secretAccessKey, ':S3_WRONG': WRONG_KEY };
      const env = { BENCHBUS_SECRETS: JSON.stringify(secrets) };
      const runners = names.map((node) => world.launch(runId, node, run.nodeDir(node), env));
      await Promise.all(runners.map(ready));
      await world.stage(runId, 'database');
      for (const node of names) await world.trigger('database', runId, node);
      for (const node of names) await world.event(runId, node, 'DatabaseReady');
      return runners.map((runner) => runner.lines);
    },
    said: () => lines['backup']?.join('\n') ?? '',
    /** Waits until so much of what backups say has come. */
    until: (pattern: RegExp) => expect.poll(() => lines['backup']?.join('\n') ?? '', NEXT_MINUTE).toMatch(pattern),
    stop: async (): Promise<void> => {
      await world.stopRunners();
      await Promise.all([run.dispose(), world.stop(), s3.stop()]);
      await chmod(join(folders, 'denied'), 0o755);
      await rm(folders, { recursive: true, force: true });
    },
  };
}
export type BackupRun = Awaited<ReturnType<typeof startBackupRun>>;
