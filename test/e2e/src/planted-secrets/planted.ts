/** Words that stand nowhere else. */
export const CANARIES = {
  hatchet: 'canary-hatchet-7d1f',
  cloud: 'canary-cloud-93ab',
  accessKey: 'canary-access-key-55c0',
  secretKey: 'canary-secret-key-e2e8',
  password: 'canary-password-0b6d',
  variable: 'canary-variable-a417',
  pass: 'canary-pass-20c9',
  dsn: 'bench:canary-dsn-31c7@tcp(db:3306)/x',
  /** Under a name that says nothing. */
  innocent: 'c4n4ry7f3a9c1e5b8d2046af1c',
} as const;

const stroppyCli = {
  version: 'v2.0.0',
  binaryPath: '/opt/stroppy/stroppy',
  workdir: '/tmp/stroppy',
  workload: 'TPCB',
  duration: '60s',
  stroppyEnv: {
    METRICS_PASSWORD: CANARIES.variable,
    DB_PASS: CANARIES.pass,
    STORE: CANARIES.dsn,
    RUN_LABEL: CANARIES.innocent,
  },
};
const hardware = { cores: 1, memory: 1, disk: 5 };

const backup = {
  config: {
    schedule: '0 3 * * *',
    tool: 'WAL_G',
    s3: {
      bucket: 'b',
      region: 'r',
      endpoint: 'https://s3.example',
      accessKeyId: CANARIES.accessKey,
      secretAccessKey: CANARIES.secretKey,
    },
  },
};

/** A predecessor's file with a secret at each place that takes one. */
export const plantedSuite = (target: 'TARGET_DOCKER' | 'TARGET_YANDEX_CLOUD'): object => ({
  suite: {
    tests: [
      {
        name: 'deployed',
        stroppyCli,
        stroppyHardware: hardware,
        databaseTemplate: {
          postgresInstance: {
            defaults: { version: 'VERSION_17' },
            node: { name: 'db', hardware, postgres: { role: 'ROLE_MASTER' }, backup },
          },
        },
      },
      {
        name: 'existing',
        stroppyCli,
        stroppyHardware: hardware,
        connectionString: `postgres://bench:${CANARIES.password}@db.example/bench`,
      },
    ],
  },
  settings: {
    hatchetConnection: { token: CANARIES.hatchet, host: 'hatchet.example', port: 7077 },
    docker: { networkName: 'bench', edgeWorkerImage: 'edge:1' },
    yandexCloud: {
      providerSettings: { token: CANARIES.cloud, cloudId: 'c', folderId: 'f', zone: 'z' },
      networkSettings: { name: 'n', externalId: 'x' },
      vmSettings: { baseImageId: 'i' },
    },
  },
  target,
});

/** Stands in the file of the suite that runs, at a place that a run does not use. */
export const RUNNING = 'canary-running-6e02';

/** A suite that runs on this machine, for a second, so that there are log lines to look through. */
export const runningSuite: object = {
  apiVersion: 'benchbus.io/v1',
  kind: 'Suite',
  name: 'planted-running',
  hardwarePolicy: 'clamp',
  installation: { hatchet: { host: 'hatchet.example', port: 7077, token: RUNNING } },
  tests: [
    {
      name: 'short',
      database: {
        topology: { nodes: [{ name: 'pg', hardware: { cores: 0.5, memory: '512MB' }, postgres: { role: 'primary' } }] },
      },
      workload: { tool: 'pgbench', warmup: '0s', duration: '1s', hardware: { cores: 0.5, memory: '512MB' } },
    },
  ],
};

interface Raw {
  readonly name: string;
  readonly canary: string;
  /** Last part of the subject. */
  readonly id: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Is a suite rejected for it? Otherwise it is only parked. */
  readonly rejected: boolean;
}

/** `settings` and variables replaced in a predecessor's suite that is valid but for them. */
function rawSuite(hatchetConnection: unknown, stroppyEnv: object = {}): object {
  const { databaseTemplate } = {
    databaseTemplate: {
      postgresInstance: {
        defaults: { version: 'VERSION_17' },
        node: { name: 'db', hardware, postgres: { role: 'ROLE_MASTER' } },
      },
    },
  };
  const test = { name: 't', stroppyCli: { ...stroppyCli, stroppyEnv }, stroppyHardware: hardware, databaseTemplate };
  const docker = { networkName: 'bench', edgeWorkerImage: 'edge:1' };
  return { suite: { tests: [test] }, settings: { hatchetConnection, docker }, target: 'TARGET_DOCKER' };
}
const reference = { token: { secret: 'X' }, host: 'h', port: 7077 };
const suiteOf = (suite: unknown, more: object = {}): string => JSON.stringify({ suite, ...more });

/** Messages that somebody publishes by hand, each with a canary of its own. */
export const RAW: readonly Raw[] = [
  {
    name: 'a token in the place of a map',
    canary: 'canary-raw-map',
    id: 'raw-map',
    body: suiteOf(rawSuite('canary-raw-map')),
    rejected: true,
  },
  {
    name: 'a token in the place of a number',
    canary: 'canary-raw-port',
    id: 'raw-port',
    body: suiteOf(rawSuite({ ...reference, port: 'canary-raw-port' })),
    rejected: true,
  },
  {
    name: 'a variable',
    canary: 'canary-raw-pass',
    id: 'raw-pass',
    body: suiteOf(rawSuite(reference, { DB_PASS: 'canary-raw-pass' })),
    rejected: true,
  },
  {
    name: 'a DSN',
    canary: 'canary-raw-dsn',
    id: 'raw-dsn',
    body: suiteOf(rawSuite(reference, { STORE: 'u:canary-raw-dsn@tcp(h)' })),
    rejected: true,
  },
  {
    name: 'a token under an innocent name',
    canary: 'c4n4ry0b1c2d3e4f5a6b7c8d9e',
    id: 'raw-innocent',
    body: suiteOf(rawSuite(reference, { RUN_LABEL: 'c4n4ry0b1c2d3e4f5a6b7c8d9e' })),
    rejected: true,
  },
  {
    name: 'a text that is not YAML',
    canary: 'canary-raw-yaml',
    id: 'raw-yaml',
    headers: { 'content-type': 'application/yaml' },
    body: 'suite:\n  token: canary-raw-yaml\n bad: [\n',
    rejected: true,
  },
  {
    name: 'data that fit no schema',
    canary: 'canary-raw-schema',
    id: 'raw-schema',
    body: suiteOf(rawSuite({ ...reference, token: 'canary-raw-schema' }), { rerunOf: 5 }),
    rejected: true,
  },
  {
    name: 'an envelope that fits no schema',
    canary: 'canary-raw-envelope',
    id: 'raw-envelope',
    headers: { 'ce-type': '', 'ce-source': '' },
    body: suiteOf(rawSuite({ ...reference, token: 'canary-raw-envelope' })),
    rejected: false,
  },
  {
    name: 'not even JSON, of no type',
    canary: 'canary-raw-json',
    id: 'raw-json',
    headers: { 'ce-type': 'io.example.unknown' },
    body: '{"token": "canary-raw-json"',
    rejected: false,
  },
  {
    name: 'an id that is none',
    canary: 'canary-raw-subject',
    id: 'RAW-SUBJECT',
    body: suiteOf(rawSuite({ ...reference, token: 'canary-raw-subject' })),
    rejected: false,
  },
];
