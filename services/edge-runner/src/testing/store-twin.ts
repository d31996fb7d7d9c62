import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { artifactUpload, subjects, type ArtifactClaim, type EventBus } from '@benchbus/events';

/** The artifact store's side of an upload, as another service would see it: takes the bytes, checks them, says Stored. */
export async function startStore(bus: EventBus) {
  const claims = new Map<string, { runId: string; node: string; claim: ArtifactClaim }>();
  const stored = new Map<string, Buffer>();
  /** How many of the next uploads are refused. */
  const state = { refuse: 0, puts: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      state.puts += 1;
      if (state.refuse > 0) {
        state.refuse -= 1;
        response.writeHead(503).end('try later');
        return;
      }
      const id = (request.url ?? '').slice(1);
      const known = claims.get(id);
      const body = Buffer.concat(chunks);
      const sha256 = createHash('sha256').update(body).digest('hex');
      const fits = known?.claim.sha256 === sha256 && request.headers['content-length'] === String(known.claim.bytes);
      if (known === undefined || !fits) {
        response.writeHead(400).end('not what was claimed');
        return;
      }
      stored.set(id, body);
      const { name, bytes, contentType } = known.claim;
      const data = { runId: known.runId, node: known.node, name, bytes, sha256, contentType, key: id };
      const draft = { subject: subjects.artifact(id), cause: id, correlation: 'suite' };
      void bus.log
        .append({ ...draft, name: 'ArtifactStored', data: { ...data, expiresAt: '2030-01-01T00:00:00Z' } }, 0)
        .then(() => response.writeHead(200).end());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const answering = await bus.questions.answer(artifactUpload, (ask) => {
    claims.set(ask.claim.artifactId, ask);
    if (stored.has(ask.claim.artifactId)) return Promise.resolve({});
    return Promise.resolve({ upload: { url: `http://127.0.0.1:${port}/${ask.claim.artifactId}`, headers: {} } });
  });
  return {
    stored,
    state,
    stop: async () => {
      await answering.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
