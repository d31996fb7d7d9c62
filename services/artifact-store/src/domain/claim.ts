import type { ArtifactClaim } from '@benchbus/events';
import { token, type Problem } from '@benchbus/suites';
import { z } from 'zod';

/** A claim with where it comes from: what an upload URL is signed for. */
export interface Upload {
  readonly runId: string;
  readonly node: string;
  readonly claim: ArtifactClaim;
}

/** One path segment: a file name, no way out of its folder, nothing hidden, nothing a shell or a browser trips over. */
const SAFE_NAME = /^[A-Za-z0-9_][A-Za-z0-9._+=@-]{0,199}$/;

/** What is wrong with a claim whatever bytes follow; undefined if nothing is. */
export function claimFault({ node, claim }: Upload, maxBytes: number): Problem | undefined {
  const where = `artifact ${claim.artifactId} of node ${node}`;
  if (!SAFE_NAME.test(claim.name))
    return {
      code: 'ARTIFACT_NAME',
      message: `${JSON.stringify(claim.name.slice(0, 200))} is not a name an artifact can have`,
      where,
      hint: 'a letter, digit or "_", then letters, digits or any of ._+=@-, at most 200',
    };
  if (claim.bytes > maxBytes)
    return {
      code: 'ARTIFACT_TOO_LARGE',
      message: `${claim.name} has ${claim.bytes} bytes; the store takes ${maxBytes} at most`,
      where,
      hint: 'raise BENCHBUS_ARTIFACTS_MAX_BYTES, or let the workload write less',
    };
  return undefined;
}

/** Where the artifact lies: the folder of its own id keeps two attempts' files of one name apart. */
export function artifactKey(suiteId: string, { runId, node, claim }: Upload): string {
  return `${runPrefix(suiteId, runId)}${node}/${claim.artifactId}/${claim.name}`;
}

/** The suite and the run of a key that was made so; undefined for any other. */
export function ownerOfKey(key: string): { readonly suiteId: string; readonly runId: string } | undefined {
  const [suiteId, runId, ...rest] = key.split('/');
  const ids = z.object({ suiteId: token, runId: token }).safeParse({ suiteId, runId });
  return ids.success && rest.length === 3 ? ids.data : undefined;
}

/** The artifact of a key that was made so. */
export const artifactIdOfKey = (key: string): string | undefined =>
  ownerOfKey(key) === undefined ? undefined : token.safeParse(key.split('/')[3]).data;

/** Begins the keys of a run's artifacts. */
export const runPrefix = (suiteId: string, runId: string): string => `${suiteId}/${runId}/`;

/** A content type that can stand in an HTTP header; anything else is plain bytes. */
export function headerContentType(contentType: string): string {
  return /^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.-]+)?$/.test(contentType) ? contentType : 'application/octet-stream';
}
