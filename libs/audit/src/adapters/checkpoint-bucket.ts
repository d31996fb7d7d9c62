import { createPublicKey } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3';
import { BenchbusError } from '@benchbus/events';
import type { S3 } from '@benchbus/service/s3';
import { keyIdOf, publicPem } from '../checkpoint/keys.ts';
import { checkpointName, INCARNATION_NAME, type CheckpointPlace } from './checkpoint-folder.ts';

/** 412: there is one. 409: another is just being written, which whoever looks again will find. */
const TAKEN = new Set([409, 412]);

/** A store that ignores the condition would let one replica's checkpoint take the place of another's. */
const unconditional = (where: string, first: string): BenchbusError =>
  new BenchbusError({
    code: 'STORE_UNCONDITIONAL',
    message: `the store took an object twice that may be put once (${first}, then created): it ignores If-None-Match`,
    where,
    hint: 'checkpoints need a store that knows conditional writes; else a folder that the replicas share',
  });

/**
 * `<prefix><incarnation>/<number>.json`, `<prefix><keyId>.pem`, each written once, by `If-None-Match: *`: for replicas that share
 * no folder. `prefix` is empty or ends with a slash.
 */
export function checkpointBucket(s3: S3, prefix: string): CheckpointPlace {
  /** What follows `below` in the keys there, up to the next slash. */
  async function list(below: string): Promise<{ files: string[]; folders: string[] }> {
    const [files, folders]: [string[], string[]] = [[], []];
    let token: string | undefined;
    do {
      const page = await s3.call('ListObjectsV2', (client, bucket) =>
        client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: below, Delimiter: '/', ContinuationToken: token }),
        ),
      );
      files.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice(below.length)));
      folders.push(...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix.slice(below.length, -1)));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return { files: files.sort(), folders: folders.sort() };
  }

  const read = (key: string): Promise<string> =>
    s3.call('GetObject', async (client, bucket) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString('utf8')) ?? '';
    });

  const create = (key: string, text: string): Promise<'created' | 'exists'> =>
    s3.call('PutObject', async (client, bucket) => {
      try {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, IfNoneMatch: '*' }));
        return 'created';
      } catch (error) {
        if (error instanceof S3ServiceException && TAKEN.has(error.$metadata.httpStatusCode ?? 0)) return 'exists';
        throw error;
      }
    });

  return {
    incarnations: async () => (await list(prefix)).folders.filter((name) => INCARNATION_NAME.test(name)),
    names: async (incarnation) =>
      (await list(`${prefix}${incarnation}/`)).files.filter((name) => name.endsWith('.json')),
    read: async (incarnation, name) => ({
      name: `${incarnation}/${name}`,
      text: await read(`${prefix}${incarnation}/${name}`),
    }),
    create: (file) => {
      const { incarnation, number } = file.checkpoint;
      return create(`${prefix}${incarnation}/${checkpointName(number)}`, `${JSON.stringify(file)}\n`);
    },
    keys: async () => {
      const files = (await list(prefix)).files.filter((name) => name.endsWith('.pem'));
      return Promise.all(files.map(async (name) => createPublicKey(await read(`${prefix}${name}`))));
    },
    keepKey: async (key) => {
      const name = `${prefix}${keyIdOf(key)}.pem`;
      const [first, second] = [await create(name, publicPem(key)), await create(name, publicPem(key))];
      if (second === 'created') throw unconditional(name, first);
    },
  };
}
