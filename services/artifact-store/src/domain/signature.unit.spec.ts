import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { artifactKey, claimFault, headerContentType, type Upload } from './claim.ts';
import { signedQuery, verifiedUpload } from './signature.ts';

const KEY = Buffer.from('a key of some length');
const upload: Upload = {
  runId: 'run-1',
  node: 'load',
  claim: {
    artifactId: '0b5ff2b4-41a2-4f0c-8a44-6c1b0f5a2a11',
    name: 'pgbench.log',
    bytes: 12,
    sha256: 'ab'.repeat(32),
    contentType: 'text/plain',
  },
};

describe('the signature', () => {
  it('gives back exactly what was signed', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        fc.string(),
        fc.nat(),
        fc.nat(),
        (name, node, contentType, bytes, expires) => {
          const signed: Upload = { ...upload, node, claim: { ...upload.claim, name, contentType, bytes } };
          // As it travels: through a URL.
          const query = new URLSearchParams(signedQuery(KEY, signed, expires).toString());
          // Lone surrogates cannot travel in a URL: they are refused, never confused.
          const back = verifiedUpload(KEY, upload.claim.artifactId, query);
          if ([name, node, contentType].every((text) => text.isWellFormed()))
            expect(back).toEqual({ upload: signed, expires });
          else expect(back).toBeUndefined();
        },
      ),
    );
  });

  it('refuses any change of any field, of the id and of the key', () => {
    for (const name of ['run', 'node', 'name', 'bytes', 'sha256', 'type', 'expires', 'signature']) {
      const query = signedQuery(KEY, upload, 1000);
      query.set(name, `${query.get(name) ?? ''}1`);
      // base64url decoding forgives a trailing character that adds no byte.
      if (name === 'signature') query.set(name, `A${query.get(name)?.slice(1) ?? ''}`);
      const { signature } = Object.fromEntries(signedQuery(KEY, upload, 1000));
      if (name === 'signature' && signature?.startsWith('A') === true) continue;
      expect(verifiedUpload(KEY, upload.claim.artifactId, query), name).toBeUndefined();
    }
    const query = signedQuery(KEY, upload, 1000);
    expect(verifiedUpload(KEY, upload.claim.artifactId.replace('0', '1'), query)).toBeUndefined();
    expect(verifiedUpload(Buffer.from('another'), upload.claim.artifactId, query)).toBeUndefined();
    query.delete('signature');
    expect(verifiedUpload(KEY, upload.claim.artifactId, query)).toBeUndefined();
  });
});

describe('a claim', () => {
  it('never leads out of the store', () => {
    const evil = ['..', '.', '', '../x', 'a/b', 'a\\b', '.hidden', 'a\0b', 'a\nb', '-rf', 'x'.repeat(201), 'ä'];
    for (const name of evil)
      expect(claimFault({ ...upload, claim: { ...upload.claim, name } }, 100)?.code, name).toBe('ARTIFACT_NAME');
    expect(claimFault(upload, 12)).toBeUndefined();
    expect(claimFault(upload, 11)?.code).toBe('ARTIFACT_TOO_LARGE');
    expect(artifactKey('suite-1', upload)).toBe(`suite-1/run-1/load/${upload.claim.artifactId}/pgbench.log`);
  });

  it('puts only a content type into a header', () => {
    expect(headerContentType('text/plain; charset=utf-8')).toBe('text/plain; charset=utf-8');
    expect(headerContentType('text/plain\r\nx: y')).toBe('application/octet-stream');
  });
});
