import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../lib/paths.mjs';
import { dockerOn, engineAnswers } from './docker.mjs';
import { NAMES, UPSTREAM } from './images.mjs';

/** What the official images document, asked of whatever is there under their names: ours, or where there is internet theirs. */
const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
const docker = dockerOn(host);
const run = (...args) => docker.run(['run', '--rm', '--label', `benchbus.test=${label}`, ...args]);

let label = '';
let folder = '';
beforeEach((context) => {
  label = randomBytes(4).toString('hex');
  folder = mkdtempSync(join(tmpdir(), 'bb-img-'));
  if (!engineAnswers(host)) context.skip('no Docker engine answers: start one, or set DOCKER_HOST');
  const missing = NAMES.filter((name) => docker.ask('image', 'inspect', '--format', '{{.Id}}', name) === undefined);
  if (missing.length > 0) context.skip(`images missing: ${missing.join(', ')}: node tools/offline-images/main.mjs up`);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  const left = docker.ask('ps', '-aq', '--filter', `label=benchbus.test=${label}`)?.split('\n').filter(Boolean) ?? [];
  if (left.length > 0) docker.run(['rm', '-fv', ...left]);
});

const logOf = (id) => spawnSync('docker', ['logs', id], { env: docker.env, encoding: 'utf8' }).stderr;

/** Starts a container in the background; returns how to run something in it until that succeeds. */
function start(...args) {
  const id = docker.run(['run', '-d', '--label', `benchbus.test=${label}`, ...args]).trim();
  const until = async (...command) => {
    for (const deadline = Date.now() + 40_000; ;) {
      const said = docker.ask('exec', id, ...command);
      if (said !== undefined) return said;
      if (Date.now() > deadline) throw new Error(`${command.join(' ')} failed:\n${docker.ask('logs', id)}`);
      await delay(100); // a server in a container tells nobody when it is ready
    }
  };
  return { id, until };
}

test('the names are those of the plans', () => {
  const planned = readFileSync(join(ROOT, 'libs/suites/src/planning/images.ts'), 'utf8');
  const quoted = [...planned.matchAll(/: '([a-z][^' ]*\/[^' ]+)'/g)].map(([, name]) => name);
  expect(quoted.length).toBeGreaterThan(4);
  const names = UPSTREAM.map(({ name }) => name);
  for (const name of quoted) expect(names).toContain(/:[^/]+$/.test(name) ? name : `${name}:latest`);
});

describe.each(['postgres:17', 'postgres:17-alpine'])('%s', (image) => {
  test('is initialised by its environment and scripts, and takes arguments for postgres', async () => {
    writeFileSync(join(folder, 'password'), 'se cret:$1\n');
    writeFileSync(join(folder, 'init.sql'), "CREATE TABLE made AS SELECT 'by sql' AS how;\n");
    const made = docker
      .run([
        ...['create', '--label', `benchbus.test=${label}`, '-e', 'POSTGRES_USER=ann', '-e', 'POSTGRES_DB=shop'],
        ...[
          '-e',
          'POSTGRES_PASSWORD_FILE=/run/password',
          '-e',
          'POSTGRES_INITDB_ARGS=--data-checksums --encoding=UTF8',
        ],
        ...[image, '-c', 'max_connections=33'],
      ])
      .trim();
    docker.run(['cp', join(folder, 'password'), `${made}:/run/password`]);
    docker.run(['cp', join(folder, 'init.sql'), `${made}:/docker-entrypoint-initdb.d/init.sql`]);
    docker.run(['start', made]);
    const sql =
      "SELECT how || ', ' || current_setting('max_connections') || ', ' || current_setting('data_checksums') FROM made";
    const url = 'postgresql://ann@127.0.0.1/shop';
    let said;
    for (const deadline = Date.now() + 40_000; said === undefined && Date.now() < deadline;) {
      said = docker.ask('exec', '-e', 'PGPASSWORD=se cret:$1', made, 'psql', '-XAt', url, '-c', sql);
      await delay(100);
    }
    expect(said, docker.ask('logs', made)).toBe('by sql, 33, on');
    expect(docker.ask('exec', made, 'sh', '-c', 'ps -o user= -p 1 2>/dev/null || stat -c %u /proc/1')).toMatch(
      image === 'postgres:17' ? /999|postgres/ : /70|postgres/,
    );
    // A fast shutdown by the image's stop signal, not a kill after the grace.
    docker.run(['stop', '-t', '30', made]);
    expect(docker.ask('inspect', '--format', '{{.State.ExitCode}}', made)).toBe('0');
  });

  test('refuses to begin without a password, unless everybody is trusted', async () => {
    expect(() => run(image)).toThrow(/superuser password is not specified/);
    const { until } = start('-e', 'POSTGRES_HOST_AUTH_METHOD=trust', image);
    expect(await until('psql', '-XAt', '-h', '127.0.0.1', '-U', 'postgres', '-c', 'SELECT 1')).toBe('1');
  });

  test('runs another command as given, and postgres only as its user', () => {
    expect(run(image, 'pg_dump', '--version')).toMatch(/PostgreSQL\) 17\./);
    expect(run('--user', 'postgres', image, 'id', '-u').trim()).toBe(image === 'postgres:17' ? '999' : '70');
  });
});

test('etcd serves with the arguments it is given, as root, without an entrypoint', async () => {
  const image = 'quay.io/coreos/etcd:v3.5.17';
  const urls = ['--listen-client-urls=http://0.0.0.0:2379', '--advertise-client-urls=http://127.0.0.1:2379'];
  const { until } = start(image, 'etcd', '--data-dir=/tmp/data', ...urls);
  expect(await until('etcdctl', 'put', 'a', '1')).toBe('OK');
  expect(docker.ask('image', 'inspect', '--format', '{{.Config.Entrypoint}} {{.Config.Cmd}}', image)).toBe(
    '[] [/usr/local/bin/etcd]',
  );
});

test('pgbouncer makes its configuration of DATABASE_URL or DB_*, and keeps one that is there', () => {
  const image = 'edoburu/pgbouncer';
  const cat = ['sh', '-c', 'cat /etc/pgbouncer/pgbouncer.ini /etc/pgbouncer/userlist.txt; id -u'];
  const made = run('-e', 'DATABASE_URL=postgres://ann:s3@pg:5433/shop', '-e', 'POOL_MODE=transaction', image, ...cat);
  expect(made).toMatch(/shop\s*=.*host\s*=\s*pg.*port\s*=\s*5433/);
  expect(made).toMatch(/pool_mode\s*=\s*transaction/);
  expect(made).toMatch(/"ann" "(?:md5[0-9a-f]{32}|s3)"\n70\n$/);
  const plain = ['-e', 'DB_HOST=pg', '-e', 'DB_USER=ann', '-e', 'DB_PASSWORD=s3', '-e', 'AUTH_TYPE=scram-sha-256'];
  expect(run(...plain, image, ...cat)).toContain('"ann" "s3"');
  const own = [
    'sh',
    '-c',
    "printf '[databases]\\n' >/etc/pgbouncer/pgbouncer.ini; DB_HOST=x /entrypoint.sh cat /etc/pgbouncer/pgbouncer.ini",
  ];
  expect(run('--entrypoint', own[0], image, ...own.slice(1))).toBe('[databases]\n');
});

test.each([
  ['prom/node-exporter', 'node_exporter', '--collector.disable-defaults', 9100],
  ['prometheuscommunity/postgres-exporter', 'postgres_exporter', '--no-collector.wal', 9187],
  ['quay.io/prometheuscommunity/pgbouncer-exporter', 'pgbouncer_exporter', '--log.level=info', 9127],
])('%s is the program, with its arguments and port, as nobody', async (image, program, option, port) => {
  const format = '{{.Config.Entrypoint}} {{.Config.User}} {{range $p, $_ := .Config.ExposedPorts}}{{$p}}{{end}}';
  expect(docker.ask('image', 'inspect', '--format', format, image)).toBe(`[/bin/${program}] nobody ${port}/tcp`);
  // By its upstream name on the PATH, too: that is how plans start it.
  expect(run('--entrypoint', 'sh', image, '-c', `${program} --help 2>&1`)).toMatch(/--web.listen-address/);
  const { id } = start('-e', 'PGBOUNCER_EXPORTER_CONNECTION_STRING=postgres://x@127.0.0.1:1/pgbouncer', image, option);
  const address = docker.ask('inspect', '--format', '{{.NetworkSettings.IPAddress}}', id);
  for (const deadline = Date.now() + 20_000; ; await delay(100)) {
    const metrics = await fetch(`http://${address}:${port}/metrics`).then(
      (answer) => answer.text(),
      () => undefined,
    );
    // Without its PgBouncer that one says so and ends: it has read where to look.
    if (/^go_goroutines /m.test(metrics ?? '') || logOf(id).includes('127.0.0.1:1: connect')) break;
    expect(Date.now(), docker.ask('logs', id)).toBeLessThan(deadline);
  }
});

test('our images have what runs use of them, and no more rights than they need', () => {
  const patroni = 'benchbus/patroni:17';
  expect(run(patroni, 'sh', '-c', 'id -u; patroni --version; postgres --version')).toMatch(
    /^999\npatroni [34]\..*\n.* 17\./,
  );
  expect(run(patroni, 'python3', '-c', 'import etcd, patroni.dcs.etcd3; print(1)').trim()).toBe('1');
  expect(
    run('benchbus/backup:17', 'sh', '-c', 'id -u; pg_dump --version; pg_restore --version; rclone version'),
  ).toMatch(/^999\n.* 17\..*\n.* 17\..*\nrclone v1/);
  const runner = run(
    'benchbus/runner:dev',
    'sh',
    '-c',
    'node --version; pgbench --version; psql --version; flock --version; sysbench --version; go-tpc version',
  );
  expect(runner).toMatch(/^v24\..*\n.* 17\..*\n.* 17\..*\nflock.*\nsysbench 1\..*\n/);
  expect(runner).toMatch(/^Git Commit Hash:/m);
  // The load tool's user.
  expect(run('--user', 'node', 'benchbus/runner:dev', 'sh', '-c', 'id -u; pgbench --version')).toMatch(/^1000\n/);
});
