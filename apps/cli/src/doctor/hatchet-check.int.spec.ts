import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine, type RunningEngine } from '@benchbus/hatchet-embedded';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hatchetReachable } from './hatchet-check.ts';

describe('what doctor says of the Hatchet engine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'benchbus-doctor-'));
  let engine: RunningEngine;
  let other: RunningEngine;
  beforeAll(async () => {
    engine = await startEngine({ stateDir: join(folder, 'engine') });
    other = await startEngine({ stateDir: join(folder, 'other') });
  });
  afterAll(async () => {
    await engine.stop();
    await other.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const check = (env: Record<string, string>) => hatchetReachable({ BENCHBUS_STATE_DIR: folder, ...env })();

  test('nothing is configured: the embedded one will be', async () => {
    expect(await check({})).toMatchObject({ status: 'ok', found: expect.stringContaining('embedded') as string });
  });

  test('address, version, TLS and namespace of an external one', async () => {
    const { status, found } = await check({ ...engine.env, HATCHET_CLIENT_NAMESPACE: 'Team' });
    expect(status).toBe('ok');
    expect(found).toMatch(/^external, v[\d.]+ at /);
    for (const part of [engine.grpcAddress, engine.restUrl, 'TLS none', 'namespace team_'])
      expect(found).toContain(part);
  });

  test.each([
    ['fail', 'HATCHET_TOKEN_REFUSED', () => ({ HATCHET_CLIENT_TOKEN: other.token })],
    ['fail', 'HATCHET_CONFIG_TOKEN_MALFORMED', () => ({ HATCHET_CLIENT_TOKEN: 'secret-and-no-token' })],
    ['fail', 'HATCHET_TLS_MISMATCH', () => ({ HATCHET_CLIENT_TLS_STRATEGY: 'tls' })],
    ['unreachable', 'HATCHET_UNREACHABLE', () => ({ HATCHET_CLIENT_HOST_PORT: '127.0.0.1:9' })],
  ])('%s: %s, with a hint and without the token', async (status, code, wrong) => {
    const env = { ...engine.env, ...wrong() };
    const finding = await check(env);
    expect(finding).toMatchObject({ status, hint: expect.any(String) as string });
    expect(finding.found).toContain(code);
    expect(JSON.stringify(finding)).not.toContain(env.HATCHET_CLIENT_TOKEN);
  });
});
