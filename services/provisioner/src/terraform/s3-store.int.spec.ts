import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { s3Store } from './s3-store.ts';

/** A store of a server that answers like this. */
async function storeOf(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const access = {
    ...{ bucket: 'states', region: 'us-east-1', pathStyle: true, timeoutMs: 100 },
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret-canary' },
  };
  const store = s3Store(access, 'terraform/lab');
  onTestFinished(() => {
    store.close();
    server.closeAllConnections();
    server.close();
  });
  return store;
}

const record = {
  ...{ version: 1 as const, runId: 'r1', fence: { incarnation: 'i', sequence: 1 }, holder: 'h' },
  ...{ leaseExpiresAt: '2026-11-28T23:00:00.000Z', phase: 'making' as const, machines: {}, variables: {} },
};

describe('states in S3', () => {
  it.each([
    ['refuses', ((_, response) => void response.writeHead(403).end()) as RequestListener],
    // Nothing is ever said: each call has to end by its own limit.
    ['does not answer', (() => undefined) as RequestListener],
  ])('every call has a code when the service %s', { timeout: 30_000 }, async (_, answer) => {
    const store = await storeOf(answer);
    const calls = [() => store.runs(), () => store.get('r1'), () => store.put(record), () => store.remove('r1')];
    const refused = await Promise.all(calls.map((call) => call().catch((error: unknown) => error)));
    for (const error of refused) {
      expect(error).toMatchObject({ code: 'TERRAFORM_STATE_UNREACHABLE', where: 's3://states/terraform/lab' });
      expect(String(error)).not.toContain('canary');
    }
  });

  it('a run without a record is none', async () => {
    const store = await storeOf((_, response) => {
      response.writeHead(404, { 'content-type': 'application/xml' });
      response.end('<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>none</Message></Error>');
    });
    expect(await store.get('r1')).toBeUndefined();
  });
});
