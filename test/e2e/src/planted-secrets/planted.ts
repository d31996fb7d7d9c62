/** Words that stand nowhere else. */
export const CANARIES = {
  hatchet: 'canary-hatchet-7d1f',
  cloud: 'canary-cloud-93ab',
  accessKey: 'canary-access-key-55c0',
  secretKey: 'canary-secret-key-e2e8',
  password: 'canary-password-0b6d',
  variable: 'canary-variable-a417',
} as const;

const stroppyCli = {
  version: 'v2.0.0',
  binaryPath: '/opt/stroppy/stroppy',
  workdir: '/tmp/stroppy',
  workload: 'TPCB',
  duration: '60s',
  stroppyEnv: { METRICS_PASSWORD: CANARIES.variable },
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
