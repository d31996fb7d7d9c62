import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@benchbus/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, REPO } from '../testing/installation.ts';
import { docker, engineLacks, engineWorld, newIn } from '../topologies-docker/engine-world.ts';
import { compose, findCompose, OFFLINE } from './compose-files.ts';

const lacks = findCompose() === undefined ? 'no Compose v2' : await engineLacks(['benchbus/runner:dev', 'postgres:17']);
const MIB = 2 ** 20;
const project = `bbc${randomBytes(4).toString('hex')}`;

const SUITE = `apiVersion: benchbus.io/v1
kind: Suite
name: ${project}
target: docker
tests:
  - name: small
    database:
      topology:
        postgres: { version: 17 }
        nodes: [{ name: pg, hardware: { cores: 1, memory: 512MB, disk: 1GB }, postgres: { role: primary } }]
    workload: { tool: pgbench, script: select-only, scale: 1, clients: 1, threads: 1, warmup: 0s, duration: 2s, hardware: { cores: 1, memory: 256MB, disk: 1GB } }
`;

describe.skipIf(lacks !== undefined)(`the system by Compose${lacks === undefined ? '' : ` (${lacks})`}`, () => {
  let folder: string;
  let env: Record<string, string>;
  let before: Awaited<ReturnType<typeof engineWorld>>;
  const run = (...args: string[]) => compose(OFFLINE, args, env, 300_000);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bb-compose-'));
    execFileSync(process.execPath, [join(REPO, 'tools/offline-images/compose.mjs')], { stdio: 'inherit' });
    before = await engineWorld();
    const socket = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '');
    const names = ['NATS_PORT', 'HATCHET_PORT', 'HATCHET_GRPC_PORT', 'S3_PORT', 'PROVISIONER_HEALTH_PORT'];
    const ports = await Promise.all(names.map(async (name) => [name, String(await freePort())] as const));
    env = {
      ...Object.fromEntries(ports),
      COMPOSE_PROJECT_NAME: project,
      BENCHBUS_INSTALLATION: project,
      DOCKER_SOCKET: socket,
      BENCHBUS_DOCKER_CIDR: '10.78.0.0/16',
      BENCHBUS_PULL_POLICY: 'never',
      // Nobody listens; but what OpenTelemetry needs has to be in the images.
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    };
  }, 900_000);
  afterAll(async () => {
    await run('down', '--volumes', '--timeout', '20');
    rmSync(folder, { recursive: true, force: true });
    expect(newIn(before, await engineWorld(), project)).toEqual([]);
  }, 300_000);

  it('starts by health, and runs a suite, from a client outside, to its end', async () => {
    await run('up', '--detach', '--no-build', '--wait', '--wait-timeout', '180');
    const suite = join(folder, 'suite.yaml');
    writeFileSync(suite, SUITE);
    const client = {
      NATS_URL: `nats://127.0.0.1:${env['NATS_PORT'] ?? ''}`,
      BENCHBUS_STATE_DIR: join(folder, 'state'),
    };
    const { code, stdout, stderr } = await cli(['run', suite, '--wait'], client).finished;
    expect(code, `${stdout}\n${stderr}\n${await run('logs', '--tail', '40')}`).toBe(0);
    expect(stdout).toMatch(/RunCompleted\s+[\d.]+ tps/);
    expect(stdout).toMatch(/RunReleased/);
    // What the run left is in the gateway, and is had from there.
    const out = join(folder, 'out');
    const suiteId = new RegExp(`${project}-[0-9a-z]+`).exec(stdout)?.[0] ?? expect.fail(stdout);
    const got = await cli(['artifacts', 'get', suiteId, 'result.json', '--out', out], client).finished;
    expect(got.code, got.stderr).toBe(0);
  });

  it('runs each service as nobody in particular, in an image well under 300 MB', async () => {
    for (const name of ['suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store']) {
      const image = `benchbus/${name}:dev`;
      const [size, user] = (await docker('image', 'inspect', image, '--format', '{{.Size}} {{.Config.User}}'))
        .trim()
        .split(' ');
      expect(Number(size), image).toBeLessThan(200 * MIB);
      expect(user, image).toBe('10001:10001');
    }
  });
});
