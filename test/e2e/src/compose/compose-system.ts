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

interface Started {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly before: Awaited<ReturnType<typeof engineWorld>>;
}

/** What the page says to do before the first `up` with secure.yml; returns how a client connects then. */
function secured(dir: string): Record<string, string> {
  execFileSync(process.execPath, [join(REPO, 'libs/events/tools/make-accounts.ts'), dir]);
  execFileSync(join(REPO, 'deploy/compose/make-certificates.sh'), [dir], { stdio: 'pipe' });
  return {
    NATS_CREDS_FILE: join(dir, 'client.creds'),
    NATS_CA_FILE: join(dir, 'ca.pem'),
    NATS_CERT_FILE: join(dir, 'client.pem'),
    NATS_KEY_FILE: join(dir, 'client.key'),
  };
}

/** A folder, free ports, and the engine as it was. */
async function prepared(): Promise<Started> {
  const socket = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace(/^unix:\/\//, '');
  const names = ['NATS_PORT', 'HATCHET_PORT', 'HATCHET_GRPC_PORT', 'S3_PORT', 'PROVISIONER_HEALTH_PORT'];
  const ports = await Promise.all(names.map(async (name) => [name, String(await freePort())] as const));
  const env = {
    ...Object.fromEntries(ports),
    BENCHBUS_INSTALLATION: project,
    DOCKER_SOCKET: socket,
    BENCHBUS_DOCKER_CIDR: '10.78.0.0/16',
    BENCHBUS_PULL_POLICY: 'never',
    // Nobody listens, and nobody reads; but what OpenTelemetry and logs for people need has to be in the images.
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    LOG_MOD: 'development',
  };
  return { before: await engineWorld(), folder: mkdtempSync(join(tmpdir(), 'bb-compose-')), env };
}

/** The system as `files` say, started by Compose, with images made here, and a suite run through it. */
export function composeSystemTest(variant: string, files: readonly string[]): void {
  describe.skipIf(lacks !== undefined)(`the system by Compose, ${variant} ${lacks ?? ''}`, () => {
    const isSecure = files.length > OFFLINE.length;
    let started: Started | undefined;
    let security: Record<string, string> = {};
    const world = () => started ?? expect.fail('nothing was started');
    const run = (...args: string[]) => compose({ project, files, args, env: world().env, timeoutMs: 300_000 });

    beforeAll(async () => {
      execFileSync(process.execPath, [join(REPO, 'tools/offline-images/compose.mjs')], { stdio: 'inherit' });
      started = await prepared();
      if (isSecure) {
        const dir = join(started.folder, 'nats');
        security = secured(dir);
        started = { ...started, env: { ...started.env, NATS_SECURITY_DIR: dir, NATS_MTLS: 'true' } };
      }
      await run('up', '--detach', '--no-build', '--wait', '--wait-timeout', '180').catch(async (error: unknown) => {
        throw new Error(await run('logs', '--tail', '40'), { cause: error });
      });
    }, 900_000);
    // Also after a set-up that failed: then there may be nothing to take down.
    afterAll(async () => {
      if (started === undefined) return;
      await run('down', '--volumes', '--timeout', '20');
      rmSync(started.folder, { recursive: true, force: true });
      expect(newIn(started.before, await engineWorld(), project)).toEqual([]);
    }, 300_000);

    it('started by health, runs a suite, from a client outside, to its end', async () => {
      const { folder, env } = world();
      const suite = join(folder, 'suite.yaml');
      writeFileSync(suite, SUITE);
      const client = {
        NATS_URL: `${isSecure ? 'tls' : 'nats'}://127.0.0.1:${env['NATS_PORT'] ?? ''}`,
        ...security,
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

    it.each(['suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store'])(
      'runs %s as the user that it has to be, without what it needs not, in an image below 200 MiB',
      async (name) => {
        const labels = [`project=${project}`, `service=${name}`].map((label) => `label=com.docker.compose.${label}`);
        const ids = await docker('ps', '--quiet', ...labels.flatMap((label) => ['--filter', label]));
        // Of the process that runs, not of the image: Compose may say otherwise.
        const status = await docker('exec', ids.trim(), 'cat', '/proc/1/status');
        const [, user, capabilities] = /^Uid:\s+(\d+)\s[^]*^CapBnd:\s+(\w+)$/m.exec(status) ?? expect.fail(status);
        const DAC_OVERRIDE = 0x2;
        expect([Number(user), Number(`0x${capabilities}`)]).toEqual(
          name === 'provisioner' ? [0, DAC_OVERRIDE] : [10001, 0],
        );
        const size = await docker('image', 'inspect', `benchbus/${name}:dev`, '--format', '{{.Size}}');
        expect(Number(size)).toBeLessThan(200 * MIB);
      },
    );
  });
}
