import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointFile } from '@benchbus/audit';
import { checkpointsInS3Of } from '@benchbus/audit/s3';
import { artifactLink, artifactUpload, subjects } from '@benchbus/events';
import { startOtlpCollector, startS3, type SpawnedService, type TestS3 } from '@benchbus/service/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { unfinished } from './adapters/s3/multipart.ts';
import { S3 } from '@benchbus/service/s3';
import { S3Backend } from './adapters/s3/s3-backend.ts';
import { s3Settings } from './adapters/s3/s3-settings.ts';
import { configSchema } from './config.ts';
import { artifactKey, type Upload } from './domain/claim.ts';
import { s3Env } from './testing/s3-env.ts';
import { smallDisk } from './testing/small-disk.ts';
import { StoreWorld, uploadOf } from './testing/store-world.ts';

const MIB = 2 ** 20;
const BUCKET = 'artifacts';
/** Lies on a small disk. */
const SMALL = 'small';
const SETTINGS = {
  BENCHBUS_ARTIFACTS_MULTIPART_BYTES: String(8 * MIB),
  BENCHBUS_ARTIFACTS_PART_BYTES: String(5 * MIB),
  BENCHBUS_ARTIFACTS_MAX_MISMATCHES: '2',
  BENCHBUS_ARTIFACTS_RETRY_MS: '200',
};

let world: StoreWorld;
let s3: TestS3;
let service: SpawnedService;
/** The bucket as its owner sees it. */
let admin: S3;

beforeAll(async () => {
  [world, s3] = await Promise.all([StoreWorld.start(), startS3([BUCKET, SMALL])]);
  service = await world.spawn({ ...s3Env(s3, BUCKET), ...SETTINGS });
  const settings = s3Settings(configSchema.parse(s3Env(s3, BUCKET)));
  admin = new S3(settings ?? expect.fail('no S3'));
});
afterAll(async () => {
  admin.close();
  await world.stop();
  await s3.stop();
});

it('makes a bucket that is not there, when asked; replicas that do it at once all have it', async () => {
  const settings = s3Settings(configSchema.parse(s3Env(s3, 'made-by-us'))) ?? expect.fail('no S3');
  const replicas = [1, 2, 3].map(() => new S3Backend(settings));
  await expect(replicas[0]?.check()).rejects.toMatchObject({ code: 'STORE_BUCKET' });
  const made = await Promise.all(replicas.map((replica) => replica.ensureBucket()));
  expect(made).toContain(true);
  expect(existsSync(join(s3.folder, 'made-by-us'))).toBe(true);
  expect(await replicas[0]?.ensureBucket()).toBe(false);
  for (const replica of replicas) await replica.close();
});

it('keeps signed checkpoints in a bucket: replicas without a folder in common write one chain', async () => {
  await world.run();
  const env = {
    ...s3Env(s3, BUCKET),
    BENCHBUS_CHECKPOINTS_DIR: `s3://${BUCKET}/proof`,
    BENCHBUS_CHECKPOINT_KEY_FILE: join(world.folder, 'checkpoint.key'),
    BENCHBUS_CHECKPOINT_EVERY_MS: '100',
  };
  const replicas = await Promise.all([world.spawn(env), world.spawn(env)]);
  await world.run();
  const { place, close } = checkpointsInS3Of(env.BENCHBUS_CHECKPOINTS_DIR, env);
  const { incarnation } = world.bus.log;
  const last = await world.bus.log.lastSequence();
  const chain = async () => {
    const files = await Promise.all((await place.names(incarnation)).map((name) => place.read(incarnation, name)));
    return files.map(({ text }) => checkpointFile.parse(JSON.parse(text)).checkpoint);
  };
  const covered = async () => (await chain()).at(-1)?.to ?? 0;
  await expect.poll(covered, { timeout: 30_000 }).toBeGreaterThanOrEqual(last);
  const checkpoints = await chain();
  expect(checkpoints.map(({ number }) => number)).toEqual(checkpoints.map((_, index) => index + 1));
  expect(new Set(checkpoints.map(({ keyId }) => keyId)).size).toBe(1);
  close();
  for (const replica of replicas) await replica.stop();
});

const objectOf = (key: string): string => join(s3.folder, BUCKET, key);
const storedKey = async (upload: Upload): Promise<string> => (await world.fact(upload, 'ArtifactStored')).data.key;
const bytesOf = async (artifactId: string): Promise<Buffer> => {
  const { url, headers } = await world.bus.questions.ask(artifactLink, { artifactId });
  return Buffer.from(await (await fetch(url, { headers })).arrayBuffer());
};

/** A file in parts, and its claim. */
function large(runId: string, bytes: number): { upload: Upload; content: Buffer } {
  const content = randomBytes(bytes);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { content, upload: uploadOf(runId, '', { bytes, sha256, name: 'large.bin' }) };
}

async function partsOf(upload: Upload) {
  return (await world.bus.questions.ask(artifactUpload, upload)).parts ?? [];
}

describe('a small file', () => {
  it('goes to S3 by one presigned URL, is recorded when the sender asks again, and can be read by a link', async () => {
    const upload = uploadOf(await world.run(), 'some output\n');
    expect((await world.put(upload, 'some output\n')).status).toBe(200);
    expect(await world.ask(upload)).toBeUndefined();
    expect((await world.facts(upload)).map(({ name }) => name)).toEqual(['ArtifactStored']);
    expect(await readFile(objectOf(await storedKey(upload)), 'utf8')).toBe('some output\n');
    expect((await bytesOf(upload.claim.artifactId)).toString()).toBe('some output\n');
  });

  it('with other bytes than claimed is refused by S3 itself', async () => {
    const upload = uploadOf(await world.run(), 'right');
    const refused = await world.put(upload, 'wrong');
    expect(refused.status).toBe(400);
    expect(await refused.text()).toMatch(/Digest|Checksum/i);
    expect((await world.put(upload, 'right, and more')).ok).toBe(false);
    expect(await world.facts(upload)).toEqual([]);
  });

  it('empty is a file, too', async () => {
    const upload = uploadOf(await world.run(), '');
    expect((await world.put(upload, '')).status).toBe(200);
    expect(await world.ask(upload)).toBeUndefined();
    expect((await bytesOf(upload.claim.artifactId)).length).toBe(0);
  });

  it('comes with five hundred others at once; the memory of the service does not grow by them', async () => {
    const runId = await world.run();
    const round = async () => {
      const uploads = Array.from({ length: 500 }, (_, index) => uploadOf(runId, `file ${index}`));
      const statuses = await Promise.all(
        uploads.map(async (upload, index) => (await world.put(upload, `file ${index}`)).status),
      );
      expect(new Set(statuses)).toEqual(new Set([200]));
      await Promise.all(uploads.map(async (upload) => expect(await world.ask(upload)).toBeUndefined()));
      for (const upload of uploads) expect(await world.facts(upload)).toHaveLength(1);
      return residentKiB(service.pid);
    };
    const before = await residentKiB(service.pid);
    const first = await round();
    const second = await round();
    console.warn(`resident before: ${before} KiB, after 500 uploads: ${first} KiB, after 1,000: ${second} KiB`);
    expect(second).toBeLessThan(first * 1.5);
  }, 120_000);
});

const residentKiB = async (pid: number): Promise<number> =>
  Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]);

describe('a large file', () => {
  it('goes in parts, and only those that did not arrive are asked for again, whichever process is asked', async () => {
    const { upload, content } = large(await world.run(), 17 * MIB + 3);
    const offered = await partsOf(upload);
    expect(offered.map(({ bytes }) => bytes)).toEqual([5 * MIB, 5 * MIB, 5 * MIB, 2 * MIB + 3]);
    const send = async ({ offset, bytes, url }: (typeof offered)[number]) =>
      expect((await fetch(url, { method: 'PUT', body: content.subarray(offset, offset + bytes) })).status).toBe(200);
    for (const index of [0, 2]) await send(offered[index] ?? expect.fail('no part'));
    await service.stop('SIGKILL');
    service = await world.spawn({ ...s3Env(s3, BUCKET), ...SETTINGS });
    const left = await partsOf(upload);
    expect(left.map(({ offset }) => offset)).toEqual([5 * MIB, 15 * MIB]);
    for (const part of left) await send(part);
    expect(await partsOf(upload)).toEqual([]);
    await storedKey(upload);
    expect((await bytesOf(upload.claim.artifactId)).equals(content)).toBe(true);
    expect(await world.facts(upload)).toHaveLength(1);
  });

  it.each(['before.artifact-parts', 'after.artifact-parts', 'before.artifact-complete', 'after.artifact-complete'])(
    'arrives once although the store is killed %s',
    async (point) => {
      const { upload, content } = large(await world.run(), 9 * MIB);
      await service.stop();
      const crash = { BENCHBUS_CRASH_AT: point, BENCHBUS_CRASH_ONCE: join(world.folder, point) };
      service = await world.spawn({ ...s3Env(s3, BUCKET), ...SETTINGS, ...crash });
      const sendAll = async () => {
        for (const { offset, bytes, url } of await partsOf(upload))
          await fetch(url, { method: 'PUT', body: content.subarray(offset, offset + bytes) });
        return partsOf(upload);
      };
      const sending = sendAll().catch(() => undefined);
      expect((await service.exited).signal).toBe('SIGKILL');
      await sending;
      service = await world.spawn({ ...s3Env(s3, BUCKET), ...SETTINGS });
      expect(await sendAll()).toEqual([]);
      await storedKey(upload);
      expect((await bytesOf(upload.claim.artifactId)).equals(content)).toBe(true);
      expect(await world.facts(upload)).toHaveLength(1);
    },
    30_000,
  );

  it('that is not what was claimed is thrown away, and rejected for good after so many times', async () => {
    const { upload, content } = large(await world.run(), 9 * MIB);
    content[7] = (content[7] ?? 0) ^ 1;
    for (const _ of [1, 2]) {
      const parts = await vi.waitFor(async () => {
        const asked = await partsOf(upload);
        expect(asked).toHaveLength(2);
        return asked;
      }, 10_000);
      for (const { offset, bytes, url } of parts)
        await fetch(url, { method: 'PUT', body: content.subarray(offset, offset + bytes) });
      expect(await partsOf(upload)).toEqual([]);
    }
    expect((await world.fact(upload, 'ArtifactRejected')).data.problem.code).toBe('UPLOAD_CHECKSUM');
    await expect(partsOf(upload)).rejects.toMatchObject({ code: 'ARTIFACT_REJECTED' });
  });

  it('that was never finished leaves no parts once its run is released, even if nobody ran then', async () => {
    const runs = [await world.run(), await world.run(), await world.run()];
    const [during, before, open] = runs.map((runId) => large(runId, 9 * MIB));
    if (!during || !before || !open) throw new Error('three');
    for (const { upload, content } of [during, before, open]) {
      const [part] = await partsOf(upload);
      await fetch(part?.url ?? '', { method: 'PUT', body: content.subarray(0, 5 * MIB) });
    }
    // One that arrived whole, and nobody asked about again.
    const alone = uploadOf(during.upload.runId, 'alone');
    expect((await world.put(alone, 'alone')).status).toBe(200);
    const object = () => existsSync(objectOf(artifactKey('suite-1', alone)));
    expect(object()).toBe(true);
    const keys = async () => (await unfinished(admin, '')).map(({ key }) => key.split('/')[1]);
    expect(new Set(await keys())).toEqual(new Set(runs));
    await world.released(during.upload.runId);
    await vi.waitFor(async () => expect(await keys()).not.toContain(during.upload.runId), 10_000);
    await vi.waitFor(() => expect(object()).toBe(false), 10_000);
    await expect(partsOf(during.upload)).rejects.toMatchObject({ code: 'RUN_RELEASED' });
    await service.stop();
    await world.released(before.upload.runId);
    service = await world.spawn({ ...s3Env(s3, BUCKET), ...SETTINGS });
    await vi.waitFor(async () => expect(await keys()).toEqual([open.upload.runId]), 10_000);
  });
});

it('expires an artifact in S3, too', async () => {
  const upload = uploadOf(await world.run(1), 'short-lived');
  expect((await world.put(upload, 'short-lived')).status).toBe(200);
  await world.ask(upload);
  const { key } = (await world.fact(upload, 'ArtifactExpired')).data;
  expect(existsSync(objectOf(key))).toBe(false);
  const { artifactId } = upload.claim;
  await expect(world.bus.questions.ask(artifactLink, { artifactId })).rejects.toMatchObject({
    code: 'ARTIFACT_EXPIRED',
  });
});

it('tells of its requests to S3 in spans, without keys and signatures', async () => {
  const collector = await startOtlpCollector();
  const traced = await world.spawn({
    ...s3Env(s3, BUCKET),
    ...SETTINGS,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
  });
  await traced.stop();
  const spans = collector.spans.filter(({ name }) => name.startsWith('S3.'));
  expect(spans.map(({ name }) => name)).toContain('S3.ListObjectsV2');
  expect(JSON.stringify(spans)).not.toContain(s3.secretAccessKey);
  await collector.close();
});

describe('S3 that cannot be used', () => {
  it.each([
    ['STORE_CREDENTIALS', { S3_SECRET_ACCESS_KEY: 'not-the-secret' }],
    ['STORE_CREDENTIALS', { S3_ACCESS_KEY_ID: 'nobody' }],
    ['STORE_BUCKET', { S3_BUCKET: 'missing' }],
    ['CONFIG_INVALID', { S3_BUCKET: '' }],
    ['CONFIG_INVALID', { S3_SECRET_ACCESS_KEY: '' }],
  ])('ends the service at its start with %s (%o), without a secret in its words', async (code, wrong) => {
    const failing = world.launch({ ...s3Env(s3, BUCKET), ...wrong });
    expect((await failing.exited).code).not.toBe(0);
    const said = failing.lines.join('\n');
    expect(said).toContain(code);
    expect(said).not.toContain(s3.secretAccessKey);
    expect(said).not.toContain('not-the-secret');
  });

  it('because it hangs is told to who asks within its time', async () => {
    const impatient = await world.spawn({ ...s3Env(s3, BUCKET), ...SETTINGS, S3_TIMEOUT_MS: '300' });
    await service.stop();
    const upload = uploadOf(await world.run(), 'frozen');
    s3.signal('SIGSTOP');
    try {
      await expect(world.ask(upload)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    } finally {
      s3.signal('SIGCONT');
    }
    service = await world.spawn({ ...s3Env(s3, BUCKET), ...SETTINGS });
    await impatient.stop();
  }, 60_000);

  it('because it is full takes nothing, says so, and loses nothing: all arrives when there is room', async ({
    skip,
  }) => {
    const disk = await smallDisk(join(s3.folder, SMALL), 16);
    if (typeof disk === 'string') {
      if (process.env['CI'] === 'true') throw new Error(disk);
      return skip(disk);
    }
    await service.stop();
    const ballast = join(s3.folder, SMALL, 'ballast');
    let small: SpawnedService | undefined;
    try {
      small = await world.spawn({ ...s3Env(s3, SMALL), ...SETTINGS });
      const said = () => small?.lines.some((line) => line.includes('STORE_FULL'));
      const runId = await world.run();
      const text = 'x'.repeat(MIB);
      await writeFile(ballast, Buffer.alloc(15.5 * MIB));
      const upload = uploadOf(runId, text);
      const refused = await world.put(upload, text);
      expect([refused.status, await refused.text()]).toEqual([507, expect.stringContaining('InsufficientStorage')]);
      expect(await world.facts(upload)).toEqual([]);
      await rm(ballast);
      expect((await world.put(upload, text)).status).toBe(200);
      expect(await world.ask(upload)).toBeUndefined();

      // Its parts have room, and the whole beside them has not.
      const { upload: parted, content } = large(runId, 9 * MIB);
      for (const { offset, bytes, url } of await partsOf(parted))
        expect((await fetch(url, { method: 'PUT', body: content.subarray(offset, offset + bytes) })).status).toBe(200);
      const asked = await partsOf(parted).catch((error: unknown) => error);
      if (asked instanceof Error) expect(asked).toMatchObject({ code: 'STORE_FULL' });
      else await vi.waitFor(() => expect(said()).toBe(true), 10_000);
      expect(await world.facts(parted)).toEqual([]);
      await disk.grow(64);
      await vi.waitFor(async () => {
        expect(await partsOf(parted)).toEqual([]);
        expect((await world.facts(parted)).map(({ name }) => name)).toEqual(['ArtifactStored']);
      }, 10_000);
      expect((await bytesOf(parted.claim.artifactId)).equals(content)).toBe(true);
      expect((await bytesOf(upload.claim.artifactId)).toString()).toBe(text);
    } finally {
      await small?.stop();
      await disk.remove();
      service = await world.spawn({ ...s3Env(s3, BUCKET), ...SETTINGS });
    }
  }, 60_000);

  it('because it comes later is tried until it serves: the bucket is made then, and takes files', async () => {
    await Promise.all([service.stop(), s3.kill()]);
    const create = { ...s3Env(s3, 'made-later'), S3_CREATE_BUCKET: 'true', S3_RETRY_MS: '100' };
    let early: SpawnedService | undefined;
    try {
      early = await world.spawn({ ...create, ...SETTINGS });
      expect(early.lines.some((line) => line.includes('STORE_UNREACHABLE'))).toBe(true);
      await s3.restart();
      await early.line((line) => (line.includes('and was made') ? true : undefined), 'the bucket');
      const upload = uploadOf(await world.run(), 'early');
      expect((await world.put(upload, 'early')).status).toBe(200);
      expect(await world.ask(upload)).toBeUndefined();
      expect(await readFile(join(s3.folder, 'made-later', await storedKey(upload)), 'utf8')).toBe('early');
    } finally {
      await early?.stop();
      service = await world.spawn({ ...s3Env(s3, BUCKET), ...SETTINGS });
    }
  }, 60_000);

  it('because it is down is told to who asks, and everything goes on when it is back', async () => {
    const upload = uploadOf(await world.run(), 'patient');
    await s3.kill();
    await expect(world.ask(upload)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
    const wait = { S3_CREATE_BUCKET: 'true', S3_RETRY_MS: '3600000' };
    const second = await world.spawn({ ...s3Env(s3, BUCKET), ...SETTINGS, ...wait });
    expect(second.lines.some((line) => line.includes('STORE_UNREACHABLE'))).toBe(true);
    await s3.restart();
    expect((await world.put(upload, 'patient')).status).toBe(200);
    expect(await world.ask(upload)).toBeUndefined();
    expect((await world.bus.log.read(subjects.artifact(upload.claim.artifactId)))[0]?.name).toBe('ArtifactStored');
    // Its next try to make the bucket is an hour away, and does not hold it.
    expect(await second.stop()).toEqual({ code: 0, signal: null });
  }, 60_000);
});
