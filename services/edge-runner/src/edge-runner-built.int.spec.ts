import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scratchNode } from './testing/scratch.ts';
import { testPlan } from './testing/test-plan.ts';
import { ready, startWorld, type World } from './testing/world.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');
/** An engine gives no work to a worker whose last heartbeat is 5 s old, and takes back what it has after 30 s. */
const ALIVE_MS = 60_000;

const settings = (nodeDir: string) => ({
  BENCHBUS_CONNECT_TIMEOUT_MS: '300',
  BENCHBUS_NODE: 'pg',
  BENCHBUS_SUITE: 'suite',
  BENCHBUS_FENCE: '00000000-0000-4000-8000-000000000000:1',
  BENCHBUS_NODE_DIR: nodeDir,
  BENCHBUS_DB_PASSWORD: 'x',
});

interface EngineWorker {
  readonly name: string;
  readonly metadata: { readonly createdAt: string };
  readonly lastHeartbeatAt?: string;
}

// It idles most of its minute beside the other files.
describe('the edge runner as one file', { timeout: 240_000 }, () => {
  let world: World;
  let folder: string;
  let file: string;
  let node: Awaited<ReturnType<typeof scratchNode>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'benchbus-built-'));
    const build = run(process.execPath, [join(ROOT, 'tools/build-edge.mjs'), '--out', folder]);
    [world, node] = [await startWorld(), await scratchNode()];
    file = (await build).stdout.split('\n')[0] ?? '';
  }, 240_000);
  afterAll(async () => {
    await world.stopRunners();
    await node.dispose();
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** How long the engine hears of the only worker there is, in ms. */
  const heardFor = async (): Promise<number> => {
    const answer = await fetch(`${world.engine.restUrl}/api/v1/tenants/${world.engine.tenantId}/worker`, {
      headers: { authorization: `Bearer ${world.engine.token}` },
    });
    const { rows } = (await answer.json()) as { rows: EngineWorker[] };
    expect(rows).toHaveLength(1);
    const [{ metadata, lastHeartbeatAt } = { metadata: { createdAt: '' }, lastHeartbeatAt: undefined }] = rows;
    return lastHeartbeatAt === undefined ? 0 : Date.parse(lastHeartbeatAt) - Date.parse(metadata.createdAt);
  };

  it('says its version, and has its checksum beside it', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const { stdout } = await run(file, ['--version'], { env: {} });
    expect(stdout).toMatch(
      new RegExp(`^benchbus-edge-runner ${version} \\(commit [0-9a-f]{12}(-dirty)?, protocol \\d+\\.\\d+\\)\\n$`),
    );
    const sum = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    expect(await readFile(`${file}.sha256`, 'utf8')).toBe(`${sum}  benchbus-edge-runner-linux-${process.arch}\n`);
  });

  it('has its other programs inside: the commit probe, lines for people, telemetry', async () => {
    const probe = run(file, [], { env: { BENCHBUS_EDGE_TASK: 'commit-probe' } });
    await expect(probe).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('BENCHBUS_PROBE_SERVERS') as string,
    });
    const env = { LOG_MOD: 'development', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', BENCHBUS_RUN: 'r' };
    const failing = run(file, [], { env: { ...env, ...settings(node.dir), NATS_URL: 'nats://127.0.0.1:1' } });
    await expect(failing).rejects.toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/^\[[\d:.]+\] FATAL: NATS at nats:\/\/127\.0\.0\.1:1: /m) as string,
    });
  });

  it('sends heartbeats from a thread of its own: after a minute it still gets its work, and does it', async () => {
    const runId = `r-${randomBytes(4).toString('hex')}`;
    await world.plan(runId, testPlan());
    // Nothing of this workspace is within reach: no Node, no modules, another working folder.
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/nonexistent', BENCHBUS_HEALTH_PORT: '0' };
    const runner = world.launch(runId, 'pg', node.dir, env, file);
    await ready(runner);
    await expect.poll(heardFor, { timeout: ALIVE_MS + 30_000, interval: 2_000 }).toBeGreaterThan(ALIVE_MS);
    await world.stage(runId, 'database');
    const task = await world.trigger('database', runId, 'pg');
    expect(await world.event(runId, 'pg', 'DatabaseReady', 'DatabaseFailed')).toMatchObject({
      name: 'DatabaseReady',
      data: { proven: { answersQuery: true } },
    });
    await expect(task.output()).resolves.toMatchObject({ outcome: 'DatabaseReady' });
    expect(runner.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
    expect(await runner.stop('SIGTERM')).toMatchObject({ code: 0 });
  });
});
