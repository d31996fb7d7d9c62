import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Child } from './testing/child.ts';
import { freePort } from './testing/free-port.ts';
import { launchService, spawnService } from './testing/spawn-service.ts';
import type { SpawnedService } from './testing/spawn-service.ts';

const main = join(import.meta.dirname, 'fixtures/service.ts');
let nats: TestNatsServer;
let folder = '';
const children: Child[] = [];
const servers: TestNatsServer[] = [];

beforeAll(async () => {
  nats = await startNatsServer();
  folder = mkdtempSync(join(tmpdir(), 'benchbus-run-service-'));
});
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => child.stop('SIGKILL')));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});
afterAll(async () => {
  await nats.stop();
  rmSync(folder, { recursive: true, force: true });
});

function launch(env: Record<string, string>): Child {
  const child = launchService({ main, env: { NATS_URL: nats.url, ...env } });
  children.push(child);
  return child;
}

async function started(env: Record<string, string>): Promise<SpawnedService> {
  const service = await spawnService({ main, env: { NATS_URL: nats.url, ...env } });
  children.push(service);
  return service;
}

const saying = (text: string) => (line: string) => (line.includes(text) ? true : undefined);
const said = (child: Child, text: string): boolean => child.lines.some((line) => line.includes(text));

describe('runService', () => {
  it('becomes ready, drains at SIGTERM with the bus still open, and exits 0', async () => {
    const service = await started({ FIXTURE: 'ok' });
    expect((await fetch(`${service.healthUrl}/readyz`)).status).toBe(200);
    expect((await fetch(`${service.healthUrl}/healthz`)).status).toBe(200);
    expect(await service.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(said(service, '"aborted"')).toBe(true);
    expect(service.lines.find((line) => line.includes('"stopping"'))).toContain('"connected":true');
  });

  it('ends at SIGINT as well', async () => {
    const service = await started({ FIXTURE: 'ok' });
    expect(await service.stop('SIGINT')).toEqual({ code: 0, signal: null });
  });

  it('ends well though nobody collects its traces', async () => {
    const endpoint = `http://127.0.0.1:${await freePort()}`;
    const service = await started({ FIXTURE: 'ok', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
    expect(await service.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('notices that NATS is away, stays alive, and is ready again when it is back', async () => {
    const own = await startNatsServer();
    servers.push(own);
    const service = await started({ FIXTURE: 'ok', NATS_URL: own.url });
    await own.kill();
    await service.line(saying('lost the connection to NATS'), 'the bus noticing');
    expect((await fetch(`${service.healthUrl}/readyz`)).status).toBe(503);
    expect((await fetch(`${service.healthUrl}/healthz`)).status).toBe(200);
    await own.restart();
    await service.line(saying('connected to NATS again'), 'the bus noticing again');
    expect((await fetch(`${service.healthUrl}/readyz`)).status).toBe(200);
    expect(await service.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  });

  it('asks the service whether it is ready', async () => {
    const service = await started({ FIXTURE: 'not-ready' });
    const answer = await fetch(`${service.healthUrl}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ parts: { started: true, bus: true, service: false } });
  });

  it('gives a drain that hangs its grace, and ends with exit code 1', async () => {
    const service = await started({ FIXTURE: 'slow-stop', BENCHBUS_SHUTDOWN_GRACE_MS: '50' });
    expect(await service.stop('SIGTERM')).toEqual({ code: 1, signal: null });
    expect(said(service, 'SHUTDOWN_GRACE_OVER')).toBe(true);
  });

  it('ends at once at the second signal', async () => {
    const service = await started({ FIXTURE: 'slow-stop', BENCHBUS_SHUTDOWN_GRACE_MS: '600000' });
    service.process.kill('SIGTERM');
    await service.line(saying('"stopping"'), 'drain');
    expect(await service.stop('SIGTERM')).toEqual({ code: 143, signal: null });
  });

  it('ends a start that hangs', async () => {
    const child = launch({ FIXTURE: 'hanging-start', BENCHBUS_SHUTDOWN_GRACE_MS: '50' });
    await child.line(saying('"hanging"'), 'start');
    expect((await child.stop('SIGTERM')).code).toBe(1);
    expect(said(child, 'START_GRACE_OVER')).toBe(true);
  });

  it('lists all of a bad configuration and exits 2', async () => {
    const child = launch({ FIXTURE_SECRET: 'hunter2', LOG_LEVEL: 'loud' });
    expect((await child.exited).code).toBe(2);
    for (const text of ['CONFIG_INVALID', 'FIXTURE is not set', 'LOG_LEVEL', 'FIXTURE_SECRET'])
      expect(said(child, text), text).toBe(true);
    expect(said(child, 'hunter2')).toBe(false);
  });

  it('refuses a misspelt crash point', async () => {
    const child = launch({ FIXTURE: 'ok', BENCHBUS_CRASH_AT: 'not a point' });
    expect((await child.exited).code).toBe(2);
    expect(said(child, 'CONFIG_CRASH_SPEC')).toBe(true);
  });

  it('exits 3 when NATS cannot be reached, and when the service says so of its own server', async () => {
    const nobody = launch({
      FIXTURE: 'ok',
      NATS_URL: `nats://127.0.0.1:${await freePort()}`,
      BENCHBUS_CONNECT_TIMEOUT_MS: '300',
    });
    const own = launch({ FIXTURE: 'unreachable' });
    expect((await own.exited).code).toBe(3);
    expect(said(own, 'VALKEY_UNREACHABLE')).toBe(true);
    expect((await nobody.exited).code).toBe(3);
    expect(said(nobody, 'NATS_UNREACHABLE')).toBe(true);
  });

  it('logs any other failed start with its code and exits 1', async () => {
    const child = launch({ FIXTURE: 'failing-start' });
    expect((await child.exited).code).toBe(1);
    expect(said(child, 'FIXTURE_BROKEN')).toBe(true);
  });

  it('logs an unhandled rejection and exits 1, to be restarted', async () => {
    const service = await started({ FIXTURE: 'rejects' });
    service.process.kill('SIGUSR2');
    expect(await service.exited).toEqual({ code: 1, signal: null });
    expect(said(service, 'nobody listens')).toBe(true);
  });

  it.each(['before', 'after'])('has a crash point %s every append', async (phase) => {
    const marker = join(folder, phase);
    const env = {
      FIXTURE: 'ok',
      BENCHBUS_CRASH_AT: `${phase}-append.SuiteCancelling:fixture`,
      BENCHBUS_CRASH_ONCE: marker,
    };
    const first = await started(env);
    first.process.kill('SIGUSR2');
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(said(first, '"appended"')).toBe(false);
    const second = await started(env);
    second.process.kill('SIGUSR2');
    await second.line(saying('"appended"'), 'the append of the restarted service');
  });
});
