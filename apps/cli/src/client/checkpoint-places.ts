import { readFileSync } from 'node:fs';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { join, resolve } from 'node:path';
import { checkpointFolder, isBucket, publicKeyOf, type CheckpointPlace } from '@benchbus/audit';
import { BenchbusError } from '@benchbus/events';
import { stateRoot } from '../stack/state-dir.ts';

const SIGNING_KEY = ['secrets', 'checkpoint.key'];

/** Checkpoints, the keys that count, and where those come from. */
export interface Checkpoints {
  readonly place: CheckpointPlace;
  readonly folder: string;
  readonly keys: readonly KeyObject[];
  readonly from: string;
}

/** A public key that the caller trusts. @throws BenchbusError FILE_INVALID */
export function givenKey(file: string): KeyObject {
  try {
    return createPublicKey(readFileSync(file, 'utf8'));
  } catch {
    const message = 'is no public key in PEM that can be read';
    throw new BenchbusError({
      code: 'FILE_INVALID',
      message,
      where: file,
      hint: '`benchbus audit --public-key` prints one',
    });
  }
}

/** What S3 needs is loaded for who asks for it alone: it is large. */
async function inS3(where: string, env: NodeJS.ProcessEnv): Promise<CheckpointPlace> {
  const { checkpointsInS3Of } = await import('@benchbus/audit/s3');
  return checkpointsInS3Of(where, env).place;
}

/**
 * Trusted is the key that is given, else the installation's own, else what lies beside the checkpoints: then whoever could
 * write there could have exchanged it, and the caller says so.
 */
export async function findCheckpoints(
  env: NodeJS.ProcessEnv,
  { folder, trust }: { readonly folder?: string | undefined; readonly trust?: string | undefined },
): Promise<Checkpoints> {
  const root = stateRoot(env);
  const said = folder ?? env['BENCHBUS_CHECKPOINTS_DIR'] ?? join(root, 'checkpoints');
  const where = isBucket(said) ? said : resolve(said);
  const place = isBucket(said) ? await inS3(said, env) : checkpointFolder(where);
  if (trust !== undefined) return { place, folder: where, keys: [givenKey(trust)], from: trust };
  const file = resolve(env['BENCHBUS_CHECKPOINT_KEY_FILE'] ?? join(root, ...SIGNING_KEY));
  const own = folder === undefined ? await publicKeyOf(file) : undefined;
  if (own !== undefined) return { place, folder: where, keys: [own], from: "this installation's key" };
  return { place, folder: where, keys: await place.keys(), from: 'the key beside the checkpoints, which proves less' };
}
