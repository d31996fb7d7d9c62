import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine, type RunningEngine } from '@benchbus/hatchet-embedded';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHatchetConfig } from './config/index.ts';
import { connectHatchet } from './hatchet-client.ts';
import { probeEngine } from './probe/index.ts';
import { Authority, type Pair } from './testing/certificates.ts';

const PATIENCE_MS = 5_000;
const VARIABLE = 'HATCHET_CLIENT_TLS_';

describe('engines behind TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'benchbus-tls-'));
  const authority = new Authority(folder, 'ours');
  const stranger = new Authority(folder, 'stranger');
  const server = authority.issue('engine', 'DNS:engine.test,IP:127.0.0.1');
  const elsewhere = authority.issue('elsewhere', 'DNS:elsewhere.test');
  const client = authority.issue('client', 'DNS:client.test');
  const strange = stranger.issue('client', 'DNS:client.test');
  const engines: RunningEngine[] = [];
  let plain: RunningEngine;
  let tls: RunningEngine;
  let mutual: RunningEngine;
  let misnamed: RunningEngine;
  beforeAll(async () => {
    const begin = async (name: string, options: object) => {
      const engine = await startEngine({ stateDir: join(folder, name), ...options });
      engines.push(engine);
      return engine;
    };
    plain = await begin('plain', {});
    tls = await begin('tls', { tls: server });
    mutual = await begin('mutual', { tls: { ...server, clientCa: authority.ca.cert } });
    misnamed = await begin('misnamed', { tls: elsewhere });
  });
  afterAll(async () => {
    await Promise.all(engines.map((engine) => engine.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  const trusting = (ca = authority.ca) => ({ [`${VARIABLE}ROOT_CA_FILE`]: ca.certFile });
  const showing = ({ certFile, keyFile }: Pair) => ({
    [`${VARIABLE}STRATEGY`]: 'mtls',
    [`${VARIABLE}CERT_FILE`]: certFile,
    [`${VARIABLE}KEY_FILE`]: keyFile,
  });
  const probe = (env: Record<string, string>) => probeEngine(readHatchetConfig(env), PATIENCE_MS);
  const code = (env: Record<string, string>) =>
    probe(env).then(
      () => 'answers',
      (error: unknown) => (error as { code?: string }).code,
    );

  it('answer, over gRPC and REST, who has the right files', async () => {
    expect(await probe({ ...tls.env, ...trusting() })).toMatchObject({ tls: 'tls', grpc: tls.grpcAddress });
    expect(await probe({ ...mutual.env, ...trusting(), ...showing(client) })).toMatchObject({ tls: 'mtls' });
  });

  it('execute a task of a worker that connects with a certificate', async () => {
    const config = readHatchetConfig({ ...mutual.env, ...trusting(), ...showing(client) });
    const hatchet = connectHatchet(pino({ level: 'silent' }), config);
    const task = hatchet.task({ name: 'over-mtls', fn: ({ text }: { text: string }) => ({ text }) });
    const worker = await hatchet.worker('over-mtls', { workflows: [task], handleKill: false });
    const running = worker.start();
    await worker.waitUntilReady();
    expect(await task.run({ text: 'sealed' })).toEqual({ text: 'sealed' });
    const { rows } = await hatchet.runs.list({ onlyTasks: false });
    expect(rows).toHaveLength(1);
    await worker.stop();
    await running.catch(() => undefined);
  });

  it('are named by what is wrong, at once', async () => {
    const { HATCHET_CLIENT_TOKEN: foreign } = plain.env;
    const byOtherName = { ...misnamed.env, ...trusting() };
    const cases: [string, Record<string, string>][] = [
      ['HATCHET_TLS_UNTRUSTED', { ...tls.env }],
      ['HATCHET_TLS_UNTRUSTED', { ...tls.env, ...trusting(stranger.ca) }],
      ['HATCHET_TLS_HOST_NAME', byOtherName],
      ['HATCHET_TLS_CLIENT_CERTIFICATE', { ...mutual.env, ...trusting(), [`${VARIABLE}STRATEGY`]: 'tls' }],
      ['HATCHET_TLS_CLIENT_CERTIFICATE', { ...mutual.env, ...trusting(), ...showing(strange) }],
      ['HATCHET_TLS_MISMATCH', { ...plain.env, [`${VARIABLE}STRATEGY`]: 'tls' }],
      ['HATCHET_TOKEN_REFUSED', { ...tls.env, ...trusting(), HATCHET_CLIENT_TOKEN: foreign }],
    ];
    const found: (string | undefined)[] = [];
    for (const [, env] of cases) found.push(await code(env));
    expect(found).toEqual(cases.map(([wanted]) => wanted));
  });

  it('that want TLS are told apart from those that are away', async () => {
    const problem = await probe({ ...tls.env, [`${VARIABLE}STRATEGY`]: 'none' }).catch((error: unknown) => error);
    expect(problem).toMatchObject({ code: expect.stringMatching(/HATCHET_(TLS_MISMATCH|UNREACHABLE)/) as string });
    expect(String((problem as { hint?: string }).hint)).toContain('HATCHET_CLIENT_TLS_STRATEGY');
  });

  it('may have another name than their address', async () => {
    const named = { ...misnamed.env, ...trusting(), [`${VARIABLE}SERVER_NAME`]: 'elsewhere.test' };
    // gRPC is content; REST is judged by its URL.
    expect(await probe(named).catch((error: unknown) => error)).toMatchObject({
      code: 'HATCHET_TLS_HOST_NAME',
      where: misnamed.restUrl,
    });
  });

  it('that say nothing, or are not there, are unreachable in time', async () => {
    const silent = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const env = { ...plain.env, HATCHET_CLIENT_HOST_PORT: `127.0.0.1:${port}` };
    for (const more of [{}, { [`${VARIABLE}STRATEGY`]: 'tls' }]) {
      const said = probeEngine(readHatchetConfig({ ...env, ...more }), 300);
      await expect(said).rejects.toMatchObject({ code: 'HATCHET_UNREACHABLE', message: /within 300 ms/ });
    }
    await new Promise((resolve) => silent.close(resolve));
    expect(await code(env)).toBe('HATCHET_UNREACHABLE');
    expect(await code({ ...plain.env, HATCHET_CLIENT_API_URL: `http://127.0.0.1:${port}` })).toBe(
      'HATCHET_UNREACHABLE',
    );
  });
});
