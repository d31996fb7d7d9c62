import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { artifactLink } from '@benchbus/events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpawnedService } from '@benchbus/service/testing';
import { signedQuery } from './domain/signature.ts';
import { StoreWorld, uploadOf } from './testing/store-world.ts';

const LIMITS = { BENCHBUS_ARTIFACTS_MAX_BYTES: '1000000', BENCHBUS_ARTIFACTS_MAX_MISMATCHES: '2' };
let world: StoreWorld;
let service: SpawnedService;

beforeAll(async () => {
  world = await StoreWorld.start();
  service = await world.spawn(LIMITS);
});
afterAll(() => world.stop());

const problemCode = async (response: Response): Promise<string> =>
  ((await response.json()) as { problem: { code: string } }).problem.code;

describe('an upload', () => {
  it('is stored, recorded with its suite and retention, and not asked for again', async () => {
    const upload = uploadOf(await world.run(), 'some output\n');
    const answer = await world.ask(upload);
    if (answer === undefined) throw new Error('not wanted');
    expect((await fetch(answer.url, { method: 'PUT', headers: answer.headers, body: 'some output\n' })).status).toBe(
      201,
    );
    const [stored] = await world.facts(upload);
    if (stored?.name !== 'ArtifactStored') throw new Error('not stored');
    expect(stored.correlation).toBe('suite-1');
    expect(stored.data).toMatchObject({ runId: upload.runId, node: 'load', name: 'pgbench.log', bytes: 12 });
    expect(Date.parse(stored.data.expiresAt) - Date.parse(stored.time)).toBeGreaterThan(3_500_000);
    expect(await readFile(join(world.artifacts, stored.data.key), 'utf8')).toBe('some output\n');

    const { artifactId } = upload.claim;
    const link = await world.bus.questions.ask(artifactLink, { artifactId });
    expect(await (await fetch(link.url)).text()).toBe('some output\n');
    const forged = link.url.replace(/file=[^&]+/, 'file=..%2Fartifacts-signing.key');
    expect(await problemCode(await fetch(forged))).toBe('UPLOAD_SIGNATURE');
    await expect(
      world.bus.questions.ask(artifactLink, { artifactId: artifactId.replace(/^./, 'f') }),
    ).rejects.toMatchObject({ code: 'ARTIFACT_UNKNOWN' });

    expect(await world.ask(upload)).toBeUndefined();
    const again = await fetch(answer.url, { method: 'PUT', headers: answer.headers, body: 'some output\n' });
    expect([again.status, await again.json()]).toEqual([200, { outcome: 'already' }]);
    expect(await world.facts(upload)).toHaveLength(1);
    expect(service.lines.some((line) => line.includes('signature='))).toBe(false);
  });

  it('with another checksum is refused, and the claim for good after so many', async () => {
    const upload = uploadOf(await world.run(), 'right');
    const first = await world.put(upload, 'wrong');
    expect([first.status, await problemCode(first)]).toEqual([422, 'UPLOAD_CHECKSUM']);
    expect(await world.facts(upload)).toEqual([]);
    expect((await world.put(upload, 'wrong')).status).toBe(422);
    expect((await world.fact(upload, 'ArtifactRejected')).data.problem.code).toBe('UPLOAD_CHECKSUM');
    await expect(world.ask(upload)).rejects.toMatchObject({ code: 'ARTIFACT_REJECTED' });
  });

  it('that is too long, too short, changed or too old is refused with its code', async () => {
    const upload = uploadOf(await world.run(), '12345');
    for (const body of ['123456', '1234']) {
      const response = await world.put(upload, body);
      expect([response.status, await problemCode(response)]).toEqual([400, 'UPLOAD_SIZE']);
    }
    const answer = await world.ask(upload);
    if (answer === undefined) throw new Error('not wanted');
    // Without a Content-Length: it shows only in the middle of the body.
    const stream = new ReadableStream({
      start(controller) {
        for (const text of ['123', '456', '789']) controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
    });
    const chunked = await fetch(answer.url, { method: 'PUT', body: stream, duplex: 'half' } as RequestInit);
    expect(await problemCode(chunked)).toBe('UPLOAD_SIZE');

    const forged = answer.url.replace('name=pgbench.log', 'name=other.log');
    expect(await problemCode(await fetch(forged, { method: 'PUT', body: '12345' }))).toBe('UPLOAD_SIGNATURE');
    // Refused at its first byte, yet the sender of a big body sees why.
    const big = Buffer.alloc(20_000_000);
    expect(await problemCode(await fetch(forged, { method: 'PUT', body: big }))).toBe('UPLOAD_SIGNATURE');
    const key = await readFile(join(world.folder, 'artifacts-signing.key'));
    const [base] = answer.url.split('?');
    const old = `${base ?? ''}?${signedQuery(key, upload, 1_000_000_000).toString()}`;
    expect(await problemCode(await fetch(old, { method: 'PUT', body: '12345' }))).toBe('UPLOAD_EXPIRED');
    expect(await problemCode(await fetch(new URL('/artifacts', answer.url), { method: 'PUT' }))).toBe('NOT_FOUND');
    expect(await problemCode(await fetch(answer.url, { method: 'DELETE' }))).toBe('METHOD_NOT_ALLOWED');
    // What may be written must not be read by the same URL.
    expect(await problemCode(await fetch(answer.url))).toBe('UPLOAD_SIGNATURE');
    expect(await world.facts(upload)).toEqual([]);
  });

  it('that is cut off leaves nothing, and can be repeated', async () => {
    const text = 'x'.repeat(100_000);
    const upload = uploadOf(await world.run(), text);
    const answer = await world.ask(upload);
    if (answer === undefined) throw new Error('not wanted');
    const cut = request(answer.url, { method: 'PUT', headers: { 'content-length': text.length } });
    const closed = new Promise((resolve) => cut.on('error', resolve).on('close', resolve));
    await new Promise((resolve) => cut.write(text.slice(0, 50_000), resolve));
    cut.destroy();
    await closed;
    await service.line((line) => (line.includes('"cut":true') ? true : undefined), 'the cut');
    expect(await readdir(join(world.artifacts, '.incoming'))).toEqual([]);
    expect((await world.put(upload, text)).status).toBe(201);
  });

  it('of a claim that can never be is rejected when asked', async () => {
    const runId = await world.run();
    const big = uploadOf(runId, 'x', { bytes: 1_000_001 });
    await expect(world.ask(big)).rejects.toMatchObject({ code: 'ARTIFACT_TOO_LARGE' });
    const evil = uploadOf(runId, 'x', { name: '../../etc/passwd' });
    await expect(world.ask(evil)).rejects.toMatchObject({ code: 'ARTIFACT_NAME' });
    for (const upload of [big, evil]) expect((await world.facts(upload))[0]?.name).toBe('ArtifactRejected');
    await expect(world.ask(uploadOf('no-such-run', 'x'))).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  });

  it('may come twice at once, and a hundred at once', async () => {
    const runId = await world.run();
    const same = uploadOf(runId, 'twice');
    const statuses = await Promise.all(
      Array.from({ length: 4 }, async () => (await world.put(same, 'twice').catch(() => undefined))?.status),
    );
    expect(statuses.filter((status) => status !== undefined && status !== 200 && status !== 201)).toEqual([]);
    expect(await world.facts(same)).toHaveLength(1);

    const uploads = Array.from({ length: 100 }, (_, index) => uploadOf(runId, `file ${index}`));
    const responses = await Promise.all(uploads.map((upload, index) => world.put(upload, `file ${index}`)));
    expect(responses.map(({ status }) => status)).toEqual(Array(100).fill(201));
    for (const upload of uploads) expect(await world.facts(upload)).toHaveLength(1);
  });
});

it(
  'repairs a crash between the file and the fact, when asked and when uploaded again',
  { timeout: 120_000 },
  async () => {
    await service.stop();
    for (const how of ['ask', 'upload']) {
      const upload = uploadOf(await world.run(), how);
      const marker = join(world.folder, `crashed-${how}`);
      const crashing = await world.spawn({
        BENCHBUS_CRASH_AT: 'after.artifact-rename',
        BENCHBUS_CRASH_ONCE: marker,
        BENCHBUS_ARTIFACTS_PORT: '0',
      });
      const answer = await world.ask(upload);
      if (answer === undefined) throw new Error('not wanted');
      await expect(fetch(answer.url, { method: 'PUT', body: how })).rejects.toThrow();
      expect((await crashing.exited).signal).toBe('SIGKILL');
      expect(await world.facts(upload)).toEqual([]);

      const { port } = new URL(answer.url);
      const restarted = await world.spawn({ BENCHBUS_ARTIFACTS_PORT: port });
      if (how === 'ask') expect(await world.ask(upload)).toBeUndefined();
      else expect((await fetch(answer.url, { method: 'PUT', body: how })).status).toBe(200);
      expect((await world.facts(upload)).map(({ name }) => name)).toEqual(['ArtifactStored']);
      await restarted.stop();
    }
    service = await world.spawn(LIMITS);
  },
);

it('replaces a damaged file that no fact speaks of', async () => {
  const upload = uploadOf(await world.run(), 'whole');
  const stored = uploadOf(upload.runId, 'other');
  expect((await world.put(stored, 'other')).status).toBe(201);
  const key = (await world.fact(stored, 'ArtifactStored')).data.key;
  // The folder of the artifact is made by hand, with a torn file in it.
  const path = join(world.artifacts, key).replace(stored.claim.artifactId, upload.claim.artifactId);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, 'who');
  expect((await world.put(upload, 'whole')).status).toBe(201);
  expect(await readFile(path, 'utf8')).toBe('whole');
});

it('expires an artifact when its retention ends, even if it was down or killed then', async () => {
  const upload = uploadOf(await world.run(1), 'short-lived');
  const response = await world.put(upload, 'short-lived');
  expect(response.status).toBe(201);
  const { key } = (await world.fact(upload, 'ArtifactExpired')).data;
  expect(existsSync(join(world.artifacts, key))).toBe(false);
  await expect(world.ask(upload)).rejects.toMatchObject({ code: 'ARTIFACT_EXPIRED' });

  const second = uploadOf(await world.run(1500), 'killed');
  expect((await world.put(second, 'killed')).status).toBe(201);
  await service.stop();
  const crashing = world.launch({
    BENCHBUS_CRASH_AT: 'after.artifact-delete',
    BENCHBUS_CRASH_ONCE: join(world.folder, 'expiry'),
  });
  expect((await crashing.exited).signal).toBe('SIGKILL');
  expect((await world.facts(second)).map(({ name }) => name)).toEqual(['ArtifactStored']);
  service = await world.spawn(LIMITS);
  await world.fact(second, 'ArtifactExpired');
});
