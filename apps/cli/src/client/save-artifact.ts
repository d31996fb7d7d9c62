import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BenchbusError, type EventBus } from '@benchbus/events';
import type { ArtifactLine } from '../domain/artifact-lines.ts';
import { readArtifact } from './read-artifact.ts';

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function isThere(path: string, { bytes, sha256 }: ArtifactLine): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === true && found.size === bytes && (await sha256Of(path)) === sha256;
}

/**
 * The artifact under `path`, complete and with the checksum the log has, or not at all. `already`: it was there.
 * @throws BenchbusError ARTIFACT_DIFFERS, or what `readArtifact` does
 */
export async function saveArtifact(bus: EventBus, line: ArtifactLine, path: string): Promise<'saved' | 'already'> {
  if (await isThere(path, line)) return 'already';
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform: (chunk: Buffer, _, done) => {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    await pipeline(await readArtifact(bus, line.artifactId), hashing, createWriteStream(part));
    const got = hash.digest('hex');
    if (got !== line.sha256)
      throw new BenchbusError({
        code: 'ARTIFACT_DIFFERS',
        message: `${line.name} has SHA-256 ${got} in the store; the log says ${line.sha256}`,
        where: `artifact ${line.artifactId}`,
        hint: 'benchbus audit tells what else differs',
      });
    await rename(part, path);
    return 'saved';
  } finally {
    await rm(part, { force: true });
  }
}
