import { createPublicKey, type KeyObject } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointFile } from '../checkpoint/checkpoint.ts';
import { keyIdOf, publicPem } from '../checkpoint/keys.ts';
import type { KeptCheckpoint } from '../checkpoint/read-chain.ts';
import { createFile } from './create-file.ts';

/** Where checkpoints are kept: another place than the log. A folder, or a bucket (`checkpoint-bucket.ts`). */
export interface CheckpointPlace {
  /** Logs that have checkpoints here. */
  incarnations(): Promise<string[]>;
  /** Names of a log's checkpoints, in their order. */
  names(incarnation: string): Promise<string[]>;
  read(incarnation: string, name: string): Promise<KeptCheckpoint>;
  /** Never replaces one: of two writers of the same number one is told that it exists. */
  create(file: CheckpointFile): Promise<'created' | 'exists'>;
  /** Public keys that lie beside the checkpoints. */
  keys(): Promise<KeyObject[]>;
  keepKey(key: KeyObject): Promise<void>;
}

/** A log's incarnation: a UUID. */
export const INCARNATION_NAME = /^[0-9a-f-]{36}$/;
/** Numbers sort as names. */
export const checkpointName = (number: number): string => `${String(number).padStart(8, '0')}.json`;

async function list(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Whether a place is `s3://bucket/prefix`, and no folder. */
export const isBucket = (where: string): boolean => where.startsWith('s3://');

/** `<root>/<incarnation>/<number>.json`, `<root>/<keyId>.pem`. */
export function checkpointFolder(root: string): CheckpointPlace {
  return {
    incarnations: async () => (await list(root)).filter((name) => INCARNATION_NAME.test(name)),
    names: async (incarnation) => (await list(join(root, incarnation))).filter((name) => name.endsWith('.json')),
    read: async (incarnation, name) => ({
      name: `${incarnation}/${name}`,
      text: await readFile(join(root, incarnation, name), 'utf8'),
    }),
    create: (file) => {
      const { incarnation, number } = file.checkpoint;
      return createFile(join(root, incarnation, checkpointName(number)), `${JSON.stringify(file)}\n`);
    },
    keys: async () => {
      const files = (await list(root)).filter((name) => name.endsWith('.pem'));
      const texts = await Promise.all(files.map((name) => readFile(join(root, name), 'utf8')));
      return texts.map((text) => createPublicKey(text));
    },
    keepKey: async (key) => void (await createFile(join(root, `${keyIdOf(key)}.pem`), publicPem(key))),
  };
}
