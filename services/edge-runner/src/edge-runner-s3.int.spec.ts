import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { artifactLink, subjects, type ArtifactClaim } from '@benchbus/events';
import { spawnService, startS3, type SpawnedService, type TestS3 } from '@benchbus/service/testing';
import { exampleRunSettings, exampleTest, exampleWorkload } from '@benchbus/suites/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { scratchNode } from './testing/scratch.ts';
import { startWorld, type World } from './testing/world.ts';
import { artifactsDir } from './work/attempt-dirs.ts';

const STORE = fileURLToPath(new URL('../../artifact-store/src/main.ts', import.meta.url));
const MIB = 2 ** 20;
const BUCKET = 'artifacts';

let world: World;
let node: Awaited<ReturnType<typeof scratchNode>>;
let s3: TestS3;
let store: SpawnedService;

beforeAll(async () => {
  [world, node, s3] = await Promise.all([startWorld(), scratchNode(), startS3([BUCKET])]);
  store = await spawnService({
    main: STORE,
    env: {
      NATS_URL: world.natsUrl,
      BENCHBUS_STATE_DIR: node.dir,
      S3_URL: s3.endpoint,
      S3_BUCKET: BUCKET,
      S3_ACCESS_KEY_ID: s3.accessKeyId,
      S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
    },
  });
});
afterAll(async () => {
  await world.stopRunners();
  await store.stop();
  await s3.stop();
  await node.dispose();
  await world.stop();
});

/** A file of random bytes, as a workload would have left it, and its claim. */
async function leave(name: string, bytes: number): Promise<ArtifactClaim> {
  const dir = artifactsDir(node.dir, 1);
  await mkdir(dir, { recursive: true });
  const file = await open(join(dir, name), 'w');
  for (let left = bytes; left > 0; left -= MIB) await file.write(randomBytes(Math.min(MIB, left)));
  await file.close();
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(join(dir, name))) hash.update(chunk as Buffer);
  return { artifactId: randomUUID(), name, bytes, sha256: hash.digest('hex'), contentType: 'application/octet-stream' };
}

/** The log of a run whose workload left these. */
async function ended(run: string, artifacts: ArtifactClaim[]): Promise<void> {
  const settings = exampleRunSettings({ artifacts: { retentionMs: 3_600_000 } });
  const test = exampleTest();
  const workload = exampleWorkload({ script: 'select-only', clients: 2 });
  const data = { suiteId: 'suite', index: 0, repeat: 1, test, settings };
  await world.append<'RunQueued'>({ name: 'RunQueued', subject: subjects.run(run), data });
  const load = { kind: 'load', workload } as const;
  await world.plan(run, {
    nodes: [{ name: 'load', purpose: 'load', address: '127.200.0.9', hardware: workload.hardware, processes: [load] }],
    connection: { host: '127.0.0.1', port: 1, user: 'bench', database: 'bench' },
  });
  const subject = subjects.edge(run, 'load');
  const fence = { incarnation: world.bus.log.incarnation, sequence: 1 };
  await world.append<'WorkloadStarted'>({
    name: 'WorkloadStarted',
    subject,
    attempt: 1,
    discriminator: 'started',
    data: { attempt: 1, fence, instance: 'before' },
  });
  await world.append<'WorkloadFailed'>({
    name: 'WorkloadFailed',
    subject,
    attempt: 1,
    discriminator: 'failed',
    data: { attempt: 1, problem: { code: 'INTERRUPTED', message: 'test' }, artifacts },
  });
}

/** Of a multipart upload that is under way: the sizes versitygw's folder has. */
async function partsArrived(): Promise<number> {
  const paths = await readdir(join(s3.folder, BUCKET), { recursive: true });
  return paths.filter((path) => /\.sgwtmp.*\/\d+$/.test(path)).length;
}

it(
  'S3 is killed in the middle of 300 MB, stays away, and comes back: what had arrived is not sent again, nothing is lost',
  { timeout: 180_000 },
  async () => {
    const run = `r-${randomBytes(4).toString('hex')}`;
    const [large, small] = [await leave('large.bin', 300 * MIB), await leave('small.log', 12)];
    await ended(run, [large, small]);
    const runner = world.launch(run, 'load', node.dir, { BENCHBUS_UPLOAD_RETRY_MAX_MS: '1000', LOG_LEVEL: 'debug' });
    const before = await vi.waitFor(
      async () => {
        const parts = await partsArrived();
        expect(parts).toBeGreaterThanOrEqual(4);
        return parts;
      },
      { timeout: 60_000, interval: 20 },
    );
    await s3.kill();
    await runner.line((line) => (/large\.bin/.test(line) && /retryInMs/.test(line)) || undefined, 'a failed upload');
    await s3.restart();
    for (const { artifactId } of [large, small]) {
      const subject = subjects.artifact(artifactId);
      const stored = async () => (await world.bus.log.read(subject)).find(({ name }) => name === 'ArtifactStored');
      await world.bus.log.waitFor([subject], stored, { what: 'ArtifactStored', timeoutMs: 120_000 });
    }
    const { url } = await world.bus.questions.ask(artifactLink, { artifactId: large.artifactId });
    const hash = createHash('sha256');
    for await (const chunk of (await fetch(url)).body ?? expect.fail('nothing')) hash.update(chunk);
    expect(hash.digest('hex')).toBe(large.sha256);
    // 19 parts of 16 MiB: those that were there when S3 died went once.
    const sent = runner.lines.filter(
      (line) => line.includes('"piece of an upload sent"') && line.includes('large.bin'),
    );
    expect(before).toBeGreaterThanOrEqual(4);
    expect(sent).toHaveLength(19);
    for (const line of [...runner.lines, ...store.lines]) expect(line).not.toMatch(/X-Amz-Signature|s3-test-secret/);
  },
);
