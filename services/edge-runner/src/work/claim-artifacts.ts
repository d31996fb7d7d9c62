import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactClaim } from '@benchbus/events';
import { artifactId } from '../domain/artifact-id.ts';
import type { ArtifactFile } from '../workloads/plugin.ts';

export interface ArtifactOrigin {
  readonly runId: string;
  readonly node: string;
  readonly attempt: number;
  readonly dir: string;
}

/** Size and checksum of each file, as the log will state them before anything is uploaded. */
export async function claimArtifacts(files: readonly ArtifactFile[], origin: ArtifactOrigin): Promise<ArtifactClaim[]> {
  const claims: ArtifactClaim[] = [];
  for (const { name, contentType } of files) {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of createReadStream(join(origin.dir, name))) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    const id = artifactId(origin.runId, origin.node, origin.attempt, name);
    claims.push({ artifactId: id, name, bytes, sha256: hash.digest('hex'), contentType });
  }
  return claims;
}
