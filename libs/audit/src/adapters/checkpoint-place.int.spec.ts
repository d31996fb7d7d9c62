import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findVersitygw, startS3, type TestS3 } from '@benchbus/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyIdOf } from '../checkpoint/keys.ts';
import { nextCheckpoint } from '../checkpoint/sign.ts';
import { recordedLog } from '../testing/recorded-log.ts';
import { checkpointFolder, type CheckpointPlace } from './checkpoint-folder.ts';
import { checkpointsInS3Of } from './checkpoints-in-s3.ts';

const incarnation = '5f0c7d3e-6a51-4d0f-9d0f-0c2a4f3f8a11';
const { privateKey: key } = generateKeyPairSync('ed25519');
const messages = recordedLog().slice(0, 3);
const first = nextCheckpoint({ incarnation, previous: undefined, messages, key, time: '2026-01-01T00:00:00.000Z' });

const kinds = [
  { kind: 'a folder', lacks: false },
  { kind: 'a bucket', lacks: findVersitygw() === undefined },
];

describe.each(kinds)('checkpoints in $kind', ({ kind, lacks }) => {
  let folder = '';
  let s3: TestS3 | undefined;
  let close: () => void = () => undefined;
  let place: CheckpointPlace;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'benchbus-checkpoint-place-'));
    if (kind === 'a folder') place = checkpointFolder(folder);
    else if (!lacks) {
      s3 = await startS3(['proof']);
      const { endpoint, region, accessKeyId, secretAccessKey } = s3;
      const env = { S3_URL: endpoint, S3_REGION: region, S3_ACCESS_KEY_ID: accessKeyId };
      ({ place, close } = checkpointsInS3Of('s3://proof/of/log/', { ...env, S3_SECRET_ACCESS_KEY: secretAccessKey }));
    }
  });
  afterAll(async () => {
    close();
    await s3?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(lacks)('are written once, whoever writes, and are read as they were written', async () => {
    expect(await place.incarnations()).toEqual([]);
    expect(await place.names(incarnation)).toEqual([]);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => place.create(first)));
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    const other = { ...first, checkpoint: { ...first.checkpoint, time: '2027-01-01T00:00:00.000Z' } };
    expect(await place.create(other)).toBe('exists');
    expect(await place.incarnations()).toEqual([incarnation]);
    const [name = ''] = await place.names(incarnation);
    expect(JSON.parse((await place.read(incarnation, name)).text)).toEqual(first);
  });

  it.skipIf(lacks)('keep the public key beside them', async () => {
    await place.keepKey(key);
    await place.keepKey(key);
    expect((await place.keys()).map(keyIdOf)).toEqual([keyIdOf(key)]);
  });
});

it('a place that names no bucket is refused', () => {
  expect(() => checkpointsInS3Of('s3://', {})).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
});
