/** What a machine is told at its first boot. The code is good once, for this node, for minutes; nothing else is secret. */
export interface MachineBoot {
  readonly user: {
    readonly name: string;
    readonly groups: readonly string[];
    readonly sshKeys: readonly string[];
    /** A line of sudoers, `ALL=(ALL) NOPASSWD:ALL`; empty: none. */
    readonly sudo: string;
    readonly shell: string;
  };
  readonly runner: { readonly url: string; readonly sha256: string };
  /** Of the image's distribution, beside what every machine needs: the load tools of a node that has some. */
  readonly packages: readonly string[];
  /** Environment of the runner: installation, run, node, fence, NATS_URL. */
  readonly environment: Readonly<Record<string, string>>;
  readonly enrolmentCode: string;
  /** PEM; undefined: what the system trusts. */
  readonly natsCa: string | undefined;
  /** ISO 8601: the machine switches itself off then, whatever became of the control plane. */
  readonly leaseExpiresAt: string;
}

/** Yandex Cloud takes no more for one metadata key. */
export const USER_DATA_MAX_BYTES = 256 * 1024;

const PROGRAM = '/opt/benchbus/edge-runner';
const ENVIRONMENT = '/etc/benchbus/edge-runner.env';
const CODE = '/etc/benchbus/enrolment-code';
const CA = '/etc/benchbus/nats-ca.pem';
const NODE_DIR = '/var/lib/benchbus/node';
const CREATE_CLUSTER = '/etc/postgresql-common/createcluster.conf';
const UNITS = '/etc/systemd/system';

/** What it started outlives it, and a refusal (exit code 2) is not asked for again: as tools/install-edge-runner.sh has it. */
const RUNNER_UNIT = `[Unit]
Description=benchbus edge runner
After=network-online.target docker.service
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Type=simple
TimeoutStopSec=20
LimitNOFILE=1048576
EnvironmentFile=${ENVIRONMENT}
ExecStart=${PROGRAM}
Restart=always
RestartSec=2
RestartPreventExitStatus=2
KillMode=process
RuntimeDirectory=benchbus

[Install]
WantedBy=multi-user.target
`;

const LEASE_UNIT = `[Unit]
Description=the lease of this machine is over

[Service]
Type=oneshot
ExecStart=/sbin/shutdown -h now
`;

const leaseTimer = (iso: string): string => `[Unit]
Description=ends this machine with its lease

[Timer]
OnCalendar=${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC
Persistent=true
AccuracySec=1s

[Install]
WantedBy=timers.target
`;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Paths are below BENCHBUS_ROOT, which is empty on a machine. */
const at = (path: string): string => `"\${BENCHBUS_ROOT:-}${path}"`;

/**
 * First of all, and by itself: a machine that gets no runner ends with its lease, too. A timer whose moment has passed before it
 * was ever started does not fire: then the machine ends here.
 */
const lease = (iso: string): string =>
  [
    'systemctl daemon-reload',
    'systemctl enable --now benchbus-lease.timer',
    `[ "$(date +%s)" -lt ${Math.floor(Date.parse(iso) / 1000)} ] || shutdown -h now`,
  ].join('\n');

/** Downloads what the operator says, checks it, and only then puts it in place and starts it. */
function script({ runner, natsCa }: MachineBoot): string {
  return [
    'set -eu',
    `mkdir -p ${at('/opt/benchbus')} ${at(NODE_DIR)}`,
    `curl --fail --silent --show-error --location --retry 10 --retry-all-errors --retry-delay 3 --output ${at(`${PROGRAM}.part`)} ${quoted(runner.url)}`,
    `echo ${quoted(runner.sha256)}"  \${BENCHBUS_ROOT:-}${PROGRAM}.part" | sha256sum --check --status || { echo 'EDGE_RUNNER_CHECKSUM: the downloaded edge runner is another file' >&2; exit 1; }`,
    `chmod 0755 ${at(`${PROGRAM}.part`)}`,
    `mv ${at(`${PROGRAM}.part`)} ${at(PROGRAM)}`,
    `{ echo BENCHBUS_NODE_DIR=${at(NODE_DIR)}; echo BENCHBUS_ENROLMENT_CODE_FILE=${at(CODE)}; ${natsCa === undefined ? '' : `echo NATS_CA_FILE=${at(CA)}; `}} >>${at(ENVIRONMENT)}`,
    'systemctl enable --now benchbus-edge-runner.service',
  ].join('\n');
}

/** cloud-init's user-data: JSON is YAML, so nothing has to be escaped twice. */
export function cloudInit(boot: MachineBoot): string {
  const { user, environment, enrolmentCode, natsCa, leaseExpiresAt } = boot;
  const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}\n`);
  const file = (path: string, content: string, permissions: string) => ({
    path,
    content,
    permissions,
    owner: 'root:root',
  });
  const config = {
    users: [
      {
        name: user.name,
        ...(user.groups.length === 0 ? {} : { groups: user.groups.join(', ') }),
        ...(user.sshKeys.length === 0 ? {} : { ssh_authorized_keys: user.sshKeys }),
        ...(user.sudo === '' ? {} : { sudo: user.sudo }),
        shell: user.shell,
        lock_passwd: true,
      },
    ],
    ssh_pwauth: false,
    package_update: true,
    packages: [...new Set(['ca-certificates', 'curl', 'docker.io', ...boot.packages])],
    write_files: [
      // pgbench comes with the server's package, whose server is not to run beside the measurement. Written before packages come.
      file(CREATE_CLUSTER, 'create_main_cluster = false\n', '0644'),
      file(ENVIRONMENT, lines.join(''), '0600'),
      file(CODE, `${enrolmentCode}\n`, '0600'),
      ...(natsCa === undefined ? [] : [file(CA, natsCa, '0644')]),
      file(`${UNITS}/benchbus-edge-runner.service`, RUNNER_UNIT, '0644'),
      file(`${UNITS}/benchbus-lease.service`, LEASE_UNIT, '0644'),
      file(`${UNITS}/benchbus-lease.timer`, leaseTimer(leaseExpiresAt), '0644'),
    ],
    // Each by itself: cloud-init goes on with the next where one fails.
    runcmd: [
      ['sh', '-c', lease(leaseExpiresAt)],
      ['sh', '-c', script(boot)],
    ],
  };
  return `#cloud-config\n${JSON.stringify(config, undefined, 1)}\n`;
}
