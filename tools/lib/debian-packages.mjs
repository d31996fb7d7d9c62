import { readdirSync } from 'node:fs';
import { forbidDaemons } from './daemon-guard.mjs';
import { Failure } from './failure.mjs';
import { listProcesses } from './processes.mjs';
import { findAll, outputOf, runLoud, say } from './run-command.mjs';

/** Where daemons are, and often not on the PATH of who is not root. */
const DAEMON_DIRS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

const postgresDirs = () => {
  try {
    return readdirSync('/usr/lib/postgresql').map((version) => `/usr/lib/postgresql/${version}/bin`);
  } catch {
    return [];
  }
};

/** What a machine needs besides Node, npm packages and nats-server: how to see that it is there, and Debian's packages. */
const NEEDS = [
  {
    what: 'valkey-server or redis-server',
    anyOf: ['valkey-server', 'redis-server'],
    packages: ['valkey-server', 'redis-server'],
  },
  { what: 'PostgreSQL and pgbench', allOf: ['initdb', 'postgres', 'pgbench'], packages: ['postgresql'] },
  { what: 'flock and setpriv', allOf: ['flock', 'setpriv'], packages: ['util-linux'] },
];

/** What only tests need: on a machine without it they are skipped, in continuous integration they are not. */
const TEST_NEEDS = [
  { what: 'zsh', allOf: ['zsh'], packages: ['zsh'] },
  { what: 'fish', allOf: ['fish'], packages: ['fish'] },
  // An engine and its images: tools/offline-images.
  { what: 'a Docker engine', allOf: ['dockerd', 'docker'], packages: ['docker.io'] },
  { what: 'a Docker registry', allOf: ['docker-registry'], packages: ['docker-registry'] },
  { what: 'debootstrap', allOf: ['debootstrap'], packages: ['debootstrap'] },
  // Dumps into a bucket.
  { what: 'rclone', allOf: ['rclone'], packages: ['rclone'] },
  { what: 'sysbench', allOf: ['sysbench'], packages: ['sysbench'] },
  // The report, as a browser shows it.
  { what: 'Chromium', allOf: ['chromium'], packages: ['chromium'] },
  { what: 'openssl', allOf: ['openssl'], packages: ['openssl'] },
  // The installer of edge runners, and what reads it.
  { what: 'curl', allOf: ['curl'], packages: ['curl'] },
  { what: 'shellcheck', allOf: ['shellcheck'], packages: ['shellcheck'] },
  { what: 'Patroni', allOf: ['patroni'], packages: ['patroni'] },
  { what: 'etcd', allOf: ['etcd'], packages: ['etcd-server'] },
  { what: 'PgBouncer', allOf: ['pgbouncer'], packages: ['pgbouncer'] },
  // promtool: rules of alerts are checked and tried.
  { what: 'promtool', allOf: ['promtool'], packages: ['prometheus'] },
  { what: 'node exporter', allOf: ['prometheus-node-exporter'], packages: ['prometheus-node-exporter'] },
  { what: 'PostgreSQL exporter', allOf: ['prometheus-postgres-exporter'], packages: ['prometheus-postgres-exporter'] },
  // That of Debian 12 is another program, and refused: with a reason, as a test shows.
  { what: 'PgBouncer exporter', allOf: ['prometheus-pgbouncer-exporter'], packages: ['prometheus-pgbouncer-exporter'] },
];

/** The needs this machine does not meet. */
export function missingNeeds(env = process.env) {
  const dirs = [...postgresDirs(), ...DAEMON_DIRS];
  const has = (name) => findAll(name, env, dirs).length > 0;
  return [...NEEDS, ...(env.CI === 'true' ? TEST_NEEDS : [])].filter(
    (need) => !(need.allOf?.every(has) ?? need.anyOf.some(has)),
  );
}

/** Packages that bring a service of their own name. */
const SERVICES = new Set([
  ...['valkey-server', 'redis-server', 'postgresql', 'docker.io', 'docker-registry'],
  ...['patroni', 'etcd-server', 'pgbouncer', 'prometheus-node-exporter', 'prometheus-postgres-exporter'],
  'prometheus-pgbouncer-exporter',
  'prometheus',
]);
/** Services that are not called as their packages. */
const SERVICE_NAMES = { 'etcd-server': 'etcd', 'docker.io': 'docker.service' };

const hasCandidate = (name, env) =>
  /Candidate: (?!\(none\))/.test(outputOf('apt-cache', ['policy', name], { env }) ?? '');

/** The first of each need's packages that Debian offers here. */
const choosePackages = (needs, env) =>
  needs.map((need) => need.packages.find((name) => hasCandidate(name, env))).filter((name) => name !== undefined);

/** Daemons with a package's own configuration, started by its installation although policy-rc.d forbids it. */
const packagedDaemons = () =>
  listProcesses().filter(
    ({ ppid, command }) =>
      ppid === 1 &&
      (/^\S*(redis|valkey)-server\s\S+:6379/.test(command) ||
        /-D\s*\/var\/lib\/postgresql\/\d+\/main/.test(command) ||
        /^\S*(pgbouncer\b.*\/etc\/pgbouncer\/|prometheus-(node|postgres|pgbouncer)-exporter\b)/.test(command) ||
        /^\S*\/prometheus\s*$/.test(command) ||
        /^\S*etcd$|\/etc\/patroni\//.test(command)),
  );

function endNewDaemons(before) {
  const known = new Set(before.map(({ pid, startTime }) => `${pid}/${startTime}`));
  for (const { pid, startTime, command } of packagedDaemons()) {
    if (known.has(`${pid}/${startTime}`)) continue;
    say(`ending a daemon that its package started: ${command} (pid ${pid})`);
    process.kill(pid, 'SIGTERM');
  }
}

function install(needs, env) {
  const apt = (...args) =>
    runLoud('apt-get', args, { env: { ...env, DEBIAN_FRONTEND: 'noninteractive', UCF_FORCE_CONFFOLD: '1' } });
  let packages = choosePackages(needs, env);
  const options = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'];
  const before = packagedDaemons();
  const restore = forbidDaemons();
  // A terminal's Ctrl-C ends apt-get itself; this process must live on to restore the two files.
  const liveOn = () => {};
  process.on('SIGINT', liveOn).on('SIGTERM', liveOn);
  try {
    // An old package list may name files that are gone: update once and try again.
    if (packages.length === needs.length) {
      say(`installing Debian packages: ${packages.join(', ')} …`);
      if (apt('install', ...options, ...packages)) return true;
    }
    say('updating the package list (apt-get update) …');
    if (!apt('update', '-q')) return false;
    packages = choosePackages(needs, env);
    say(`installing Debian packages: ${packages.join(', ')} …`);
    return packages.length === needs.length && apt('install', ...options, ...packages);
  } finally {
    restore();
    process.off('SIGINT', liveOn).off('SIGTERM', liveOn);
    endNewDaemons(before);
    // Nor may they start with the machine: the project starts its own, with its own configuration.
    for (const name of packages)
      if (SERVICES.has(name)) outputOf('systemctl', ['disable', SERVICE_NAMES[name] ?? name], { env });
  }
}

/** Installs what is missing where that is possible (root on Debian), without leaving a daemon running. */
export function ensureDebianPackages(env = process.env) {
  const missing = missingNeeds(env);
  if (missing.length === 0) return;
  const root = process.getuid?.() === 0;
  const apt = findAll('apt-get', env).length > 0;
  if (root && apt && install(missing, env) && missingNeeds(env).length === 0) return;
  const names = missing.map((need) => need.packages.join(' or '));
  throw new Failure({
    code: 'PROGRAMS_MISSING',
    message: `missing on this machine: ${missing.map((need) => need.what).join('; ')}`,
    hint:
      root && apt
        ? `apt-get could not install them (output above); packages: ${names.join(', ')}`
        : `install these packages as root (names of Debian): ${names.join(', ')}`,
  });
}
