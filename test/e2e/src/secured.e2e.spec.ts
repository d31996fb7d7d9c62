import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNatsServer, type TestNatsServer } from '@benchbus/events/testing';
import { startEngine } from '@benchbus/hatchet-embedded';
import { endProcesses, findByEnvironment } from '@benchbus/processes';
import { launchService, spawnService, type SpawnedService } from '@benchbus/service/testing';
import { Authority as Certificates } from '@benchbus/tasks/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, REPO } from './testing/installation.ts';
import { tinySuite } from './testing/suites.ts';

const SERVICES = ['suite-dispatcher', 'network-allocator', 'provisioner', 'artifact-store'] as const;
const mainOf = (name: string) => join(REPO, 'services', name, 'src/main.ts');

/** What the table of libs/events/src/access gives to each is enough for a whole suite, and nobody has more. */
describe('an installation with accounts, TLS and client certificates', { timeout: 300_000 }, () => {
  let folder: string;
  let nats: TestNatsServer;
  let engine: Awaited<ReturnType<typeof startEngine>>;
  const services: SpawnedService[] = [];
  const violations: string[] = [];
  let installation: string;
  let base: Record<string, string>;
  const as = (user: string): Record<string, string> => ({
    ...base,
    NATS_CREDS_FILE: join(folder, 'nats', `${user}.creds`),
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'benchbus-secured-'));
    chmodSync(folder, 0o755);
    installation = `s${folder
      .slice(-6)
      .toLowerCase()
      .replace(/[^a-z0-9]/g, 'x')}`;
    const accounts = join(folder, 'nats');
    execFileSync(process.execPath, [join(REPO, 'libs/events/tools/make-accounts.ts'), accounts]);
    const certificates = new Certificates(folder, 'nats');
    const { certFile: caFile } = certificates.ca;
    const own = certificates.issue('client', 'DNS:client.test');
    nats = await startNatsServer({
      tls: { ...certificates.issue('server', 'IP:127.0.0.1'), caFile },
      accounts: readFileSync(join(accounts, 'accounts.conf'), 'utf8'),
      onLine: (line) => void (/violation/i.test(line) && violations.push(line)),
    });
    engine = await startEngine({ stateDir: join(folder, 'engine') });
    const localDir = join(folder, 'local');
    mkdirSync(localDir);
    chmodSync(localDir, 0o711);
    base = {
      NATS_URL: nats.url.replace('nats:', 'tls:'),
      NATS_CA_FILE: caFile,
      NATS_CERT_FILE: own.certFile,
      NATS_KEY_FILE: own.keyFile,
      BENCHBUS_INSTALLATION: installation,
    };
    const job = launchService({
      main: mainOf('suite-dispatcher'),
      env: { ...as('operator'), BENCHBUS_STREAMS: 'only' },
    });
    expect(await job.exited).toEqual({ code: 0, signal: null });
    const more = {
      ...engine.env,
      BENCHBUS_STATE_DIR: join(folder, 'state'),
      BENCHBUS_LOCAL_DIR: localDir,
      BENCHBUS_LOCAL_LOCKS_DIR: join(folder, 'locks'),
      BENCHBUS_NATS_SIGNING_KEY_FILE: join(accounts, 'signing-key.json'),
      // Local alone.
      DOCKER_HOST: `unix://${join(folder, 'no-engine.sock')}`,
    };
    const started = SERVICES.map((name) => spawnService({ main: mainOf(name), env: { ...more, ...as(name) } }));
    services.push(...(await Promise.all(started)));
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await endProcesses(findByEnvironment({ BENCHBUS_INSTALLATION: installation, BENCHBUS_NODE: undefined }), 5_000);
    await engine.stop();
    await nats.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs a suite, although no process may more than it needs', async () => {
    const file = join(folder, 'tiny.json');
    writeFileSync(file, JSON.stringify(tinySuite('tiny', { durationSeconds: 1 })));
    const run = await cli(['run', file, '--wait'], as('client')).finished;
    const said = services.flatMap(({ lines }) => lines).join('\n');
    expect(run.code, `${run.stdout}${run.stderr}\n${violations.join('\n')}\n${said}`).toBe(0);
    expect(run.stdout).toMatch(/tps/i);
    // The server's word: nothing was tried in vain, by no service and by no runner.
    expect(violations).toEqual([]);
    expect(said).not.toContain('NATS_NOT_PERMITTED');
    expect(said).not.toMatch(/SU[A-Z2-7]{56}/);

    // Who may not look is told so, by whatever command; the server's log shows that it was asked.
    const status = await cli(['status'], as('client')).finished;
    expect([status.code, status.stdout]).toEqual([0, expect.stringContaining('the operator sees them')]);
    const refused = await cli(['dead-letters', 'list'], as('client')).finished;
    expect([refused.code === 0, refused.stderr]).toEqual([false, expect.stringContaining('NATS_NOT_PERMITTED')]);
    expect(violations).not.toEqual([]);
  });
});
