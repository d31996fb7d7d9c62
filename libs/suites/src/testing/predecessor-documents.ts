/** A value at a path of a document: set, or with undefined taken away. Paths are as people write them: `a.b[0].c`. */
export function changed(document: unknown, path: string, value: unknown): unknown {
  const copy: unknown = structuredClone(document);
  const parts = path.split(/[.[\]]+/).filter((part) => part !== '');
  let at = copy as Record<string, unknown>;
  for (const part of parts.slice(0, -1)) at = (at[part] ??= {}) as Record<string, unknown>;
  const last = parts.at(-1) ?? '';
  if (value === undefined) Reflect.deleteProperty(at, last);
  else at[last] = value;
  return copy;
}

const hardware = { cores: 2, memory: 4, disk: 20 };

export const oldSettings = {
  hatchetConnection: { token: { secret: 'HATCHET_CLIENT_TOKEN' }, host: 'hatchet.example', port: 7077 },
  docker: { networkName: 'bench', edgeWorkerImage: 'edge:1' },
};

const stroppyCli = { version: 'v2', binaryPath: '/opt/stroppy', workdir: '/tmp/w', workload: 'TPCB' };

const oldSuite = (database: object): object => ({
  suite: { tests: [{ name: 't', stroppyCli, stroppyHardware: hardware, ...database }] },
  settings: oldSettings,
  target: 'TARGET_DOCKER',
});

/** A suite with one PostgreSQL. */
export const oldInstance = oldSuite({
  databaseTemplate: {
    postgresInstance: {
      defaults: { version: 'VERSION_17' },
      node: { name: 'db', hardware, postgres: { role: 'ROLE_MASTER' } },
    },
  },
});

const node = (name: string, more: object): object => ({ name, hardware, ...more });

/** A suite with a Patroni cluster of three, etcd beside each. */
export const oldCluster = oldSuite({
  databaseTemplate: {
    postgresCluster: {
      defaults: { version: 'VERSION_17', patroni: { enabled: true } },
      nodes: [
        node('a', { postgres: { role: 'ROLE_MASTER' }, etcd: {} }),
        node('b', { postgres: { role: 'ROLE_REPLICA' }, etcd: {} }),
        node('c', { postgres: { role: 'ROLE_REPLICA' }, etcd: {} }),
      ],
    },
  },
});

/** A suite for a database that exists already. */
export const oldConnection = oldSuite({ connectionString: 'postgres://u@h/d' });
