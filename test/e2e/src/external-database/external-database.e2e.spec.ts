import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { subjects } from '@benchbus/events';
import { startPlainPostgres, type PlainPostgres } from '@benchbus/service/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, Installation } from '../testing/installation.ts';
import { docker, engineLacks, engineWorld, newIn, reachableAddress } from '../topologies-docker/engine-world.ts';

const PASSWORD = 'the-operators-own-Passw0rd';
const hardware = { cores: 0.5, memory: '128MB', disk: '1GB' };
/** Nobody else's in these tests: one of them takes a part of it away. */
const POOL = '10.37.0.0/16';
const RUNNER_IMAGE = process.env['BENCHBUS_RUNNER_IMAGE'] ?? 'benchbus/runner:dev';

const targets = [
  { target: 'local', lacks: undefined },
  { target: 'docker', lacks: await engineLacks([RUNNER_IMAGE]) },
];

describe.each(targets)('a database that exists already, measured from $target', ({ target, lacks }) => {
  const inContainers = target === 'docker';
  let server: PlainPostgres;
  let stack: Installation;
  let bridge: Awaited<ReturnType<typeof reachableAddress>> | undefined;
  let engine: Awaited<ReturnType<typeof engineWorld>> | undefined;

  beforeAll(async () => {
    if (lacks !== undefined) return;
    engine = inContainers ? await engineWorld() : undefined;
    bridge = inContainers ? await reachableAddress() : undefined;
    server = await startPlainPostgres(PASSWORD, bridge?.address);
    server.ask(`CREATE TABLE customers (id int PRIMARY KEY, name text);
      INSERT INTO customers VALUES (1, 'Ada'), (2, 'Grace');
      CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, abalance int);
      INSERT INTO pgbench_accounts VALUES (1, 42);
      CREATE ROLE bench LOGIN PASSWORD '${PASSWORD}';
      GRANT CREATE ON DATABASE postgres TO bench`);
    stack = await Installation.start(
      inContainers
        ? { BENCHBUS_RUNNER_IMAGE: RUNNER_IMAGE, BENCHBUS_TARGETS: 'local,docker', BENCHBUS_DOCKER_CIDR: POOL }
        : {},
    );
  });
  afterAll(async () => {
    if (lacks !== undefined) return;
    const left = await stack.stop();
    await server.stop();
    await bridge?.remove();
    expect(left).toEqual([]);
    if (engine !== undefined) expect(newIn(engine, await engineWorld(), stack.installation)).toEqual([]);
  });

  const dump = () => server.dump();
  const schemas = () => server.ask("SELECT count(*) FROM pg_namespace WHERE nspname = 'benchbus'");

  async function request(name: string, duration: string): Promise<{ file: string; env: Record<string, string> }> {
    const { host, port } = server.connection;
    const connection = {
      url: `postgres://bench@${host}:${port}/postgres?sslmode=prefer`,
      password: { secret: 'E2E_EXTERNAL_PASSWORD' },
    };
    const workload = { tool: 'pgbench', scale: 1, clients: 2, warmup: '0s', duration, hardware };
    const tests = [{ name: 'external', database: { connection }, workload }];
    const file = join(stack.stateDir, `${name}.json`);
    await writeFile(file, JSON.stringify({ apiVersion: 'benchbus.io/v1', kind: 'Suite', name, target, tests }));
    return { file, env: { BENCHBUS_STATE_DIR: stack.stateDir, E2E_EXTERNAL_PASSWORD: PASSWORD } };
  }
  async function run(name: string) {
    const { file, env } = await request(name, '1s');
    return cli(['run', file, '--wait'], env).finished;
  }
  const lines = (text: string) => text.split('\n');

  it.skipIf(lacks !== undefined)(
    'is measured in a schema of its own, which is gone after it; all else is as before',
    async () => {
      const before = dump();
      const { code, stdout, stderr } = await run('measured');
      expect(code, stdout + stderr).toBe(0);
      expect(stdout).toMatch(/throughput +[\d,]+ tps/);
      expect(schemas()).toBe('0');
      expect(lines(dump())).toEqual(lines(before));
      expect(stdout + stderr).not.toContain(PASSWORD);
    },
  );

  it.skipIf(lacks !== undefined)('is refused where somebody else has that schema, which stays as it is', async () => {
    server.ask(
      'CREATE SCHEMA benchbus; CREATE TABLE benchbus.pgbench_accounts (aid int); INSERT INTO benchbus.pgbench_accounts VALUES (7)',
    );
    const before = dump();
    const { code, stdout, stderr } = await run('refused');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain('EXTERNAL_SCHEMA_FOREIGN');
    expect(lines(dump())).toEqual(lines(before));
    server.ask('DROP SCHEMA benchbus CASCADE');
  });

  it.skipIf(lacks !== undefined)('is left without the schema when the run is cancelled under load', async () => {
    const before = dump();
    const { file, env } = await request('cancelled', '60s');
    const running = cli(['run', file, '--wait'], env);
    await running.printed(/measuring/);
    expect(schemas()).toBe('1');
    running.child.kill('SIGINT');
    const { stdout, stderr } = await running.finished;
    expect(stdout + stderr).toMatch(/cancelled/);
    expect(schemas()).toBe('0');
    expect(lines(dump())).toEqual(lines(before));
  });

  // Killed by hand, the engine does not start it again.
  if (!inContainers) return;
  const whenTaken = 'is measured from another block where somebody else has meanwhile taken the first, and more';
  it.skipIf(lacks !== undefined)(whenTaken, { timeout: 180_000 }, async () => {
    const network = `bbtest-${randomBytes(4).toString('hex')}`;
    // More blocks than a run is given one after the other.
    await docker('network', 'create', '--subnet', '10.37.0.0/20', network);
    try {
      const { code, stdout, stderr } = await run('beside');
      expect(code, stdout + stderr).toBe(0);
      const [, suiteId = ''] = /(beside-[0-9a-f]{6})/.exec(stdout + stderr) ?? [];
      const answers = await stack.bus.log.read(subjects.network(`${suiteId}-1-1`));
      const blocks = answers.flatMap((event) => (event.name === 'NetworkReserved' ? [event.data.cidr] : []));
      expect(blocks).toEqual([expect.stringMatching(/^10\.37\.\d\./), '10.37.16.0/24']);
    } finally {
      await docker('network', 'rm', network);
    }
  });

  const whenDead = 'is left without the schema by the release, where the runner is dead';
  it.skipIf(lacks !== undefined)(whenDead, { timeout: 180_000 }, async () => {
    const before = dump();
    const { file, env } = await request('dead', '120s');
    const running = cli(['run', file, '--wait'], env);
    await running.printed(/measuring/);
    expect(schemas()).toBe('1');
    const labels = [`benchbus.installation=${stack.installation}`, 'benchbus.process=runner'];
    const filters = labels.flatMap((label) => ['--filter', `label=${label}`]);
    await docker('kill', (await docker('ps', '-q', ...filters)).trim());
    const { code, stdout, stderr } = await running.finished;
    expect(code, stdout + stderr).not.toBe(0);
    expect(schemas()).toBe('0');
    expect(lines(dump())).toEqual(lines(before));
  });
});
