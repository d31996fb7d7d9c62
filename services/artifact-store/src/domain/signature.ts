import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Upload } from './claim.ts';

/** A JSON array is unambiguous: no field can reach into the next one. */
const signedText = ({ runId, node, claim }: Upload, expires: number): string =>
  JSON.stringify([claim.artifactId, runId, node, claim.name, claim.bytes, claim.sha256, claim.contentType, expires]);

const isGenuine = (key: Uint8Array, text: string, query: URLSearchParams): boolean => {
  const expected = hmac(key, text);
  const given = Buffer.from(query.get('signature') ?? '', 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected);
};

const hmac = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * The query of an upload URL: the claim, the expiry (seconds since the epoch) and HMAC-SHA256 over them all.
 * Whoever has it may upload exactly these bytes until then, so it is never logged.
 */
export function signedQuery(key: Uint8Array, upload: Upload, expires: number): URLSearchParams {
  const { runId, node, claim } = upload;
  return new URLSearchParams({
    run: runId,
    node,
    name: claim.name,
    bytes: String(claim.bytes),
    sha256: claim.sha256,
    type: claim.contentType,
    expires: String(expires),
    signature: hmac(key, signedText(upload, expires)).toString('base64url'),
  });
}

export interface SignedUpload {
  readonly upload: Upload;
  readonly expires: number;
}

/** The upload a query stands for; undefined if it is not exactly what was signed. */
export function verifiedUpload(key: Uint8Array, artifactId: string, query: URLSearchParams): SignedUpload | undefined {
  const text = (name: string): string => query.get(name) ?? '';
  const expires = Number(text('expires'));
  const claim = {
    artifactId,
    name: text('name'),
    bytes: Number(text('bytes')),
    sha256: text('sha256'),
    contentType: text('type'),
  };
  const upload = { runId: text('run'), node: text('node'), claim };
  return isGenuine(key, signedText(upload, expires), query) ? { upload, expires } : undefined;
}

const linkText = (artifactId: string, file: string, expires: number): string =>
  JSON.stringify(['get', artifactId, file, expires]);

/** The query of a URL to read by: good for this one file, until `expires` (seconds since the epoch). Never logged. */
export const signedLink = (key: Uint8Array, artifactId: string, file: string, expires: number): URLSearchParams =>
  new URLSearchParams({
    file,
    expires: String(expires),
    signature: hmac(key, linkText(artifactId, file, expires)).toString('base64url'),
  });

/** What a query to read by stands for; undefined if it is not exactly what was signed. */
export function verifiedLink(
  key: Uint8Array,
  artifactId: string,
  query: URLSearchParams,
): { readonly file: string; readonly expires: number } | undefined {
  const file = query.get('file') ?? '';
  const expires = Number(query.get('expires') ?? '');
  return isGenuine(key, linkText(artifactId, file, expires), query) ? { file, expires } : undefined;
}
