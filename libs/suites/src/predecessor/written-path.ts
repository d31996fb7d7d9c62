import type { FieldPath } from '../parse/field-path.ts';

/** A key of the native document → where the predecessor's has the value: `to`, then the rest by the keys below. */
interface Step {
  readonly to: FieldPath;
  readonly below?: Steps;
}
type Steps = Readonly<Record<string, Step>>;

/** Keys that are not here are called the same in both. */
const SERVER: Steps = { settings: { to: ['postgresqlConf'] } };
const DESTINATION: Steps = { s3: { to: ['s3'] }, path: { to: ['local', 'path'] } };
const POOL: Steps = {
  port: { to: ['config', 'port'] },
  poolMode: { to: ['config', 'poolMode'] },
  poolSize: { to: ['config', 'poolSize'] },
  maxClientConnections: { to: ['config', 'maxClientConn'] },
};
const NODE: Steps = {
  postgres: { to: ['postgres'], below: { ...SERVER, override: { to: ['settings'], below: SERVER } } },
  etcd: { to: ['etcd'], below: { clientPort: { to: ['config', 'baseClientPort'] } } },
  pgbouncer: { to: ['pgbouncer'], below: POOL },
  backup: { to: ['backup', 'config'], below: { destination: { to: [], below: DESTINATION } } },
};
const TEST: Steps = {
  workload: {
    to: ['stroppyCli'],
    below: { environment: { to: ['stroppyEnv'] }, hardware: { to: ['..', 'stroppyHardware'] } },
  },
};
const SUITE: Steps = {
  installation: {
    to: ['settings'],
    below: {
      hatchet: { to: ['hatchetConnection'] },
      yandex: {
        to: ['yandexCloud'],
        below: {
          provider: { to: ['providerSettings'] },
          network: { to: ['networkSettings'] },
          vm: { to: ['vmSettings'], below: { user: { to: ['vmUser'] } } },
        },
      },
    },
  },
  keep: { to: ['settings', 'cleanupDelay'], below: { for: { to: [] }, when: { to: [] } } },
  tests: { to: ['suite', 'tests'] },
};

function follow([key, ...rest]: FieldPath, steps: Steps | undefined): FieldPath {
  if (key === undefined) return [];
  const step = typeof key === 'string' && steps !== undefined && Object.hasOwn(steps, key) ? steps[key] : undefined;
  return step === undefined ? [key, ...rest] : [...step.to, ...follow(rest, step.below)];
}

/** `..` leaves the map it stands in. */
const resolved = (path: FieldPath): FieldPath =>
  path.reduce<FieldPath>((found, part) => (part === '..' ? found.slice(0, -1) : [...found, part]), []);

function inTopology([part, index, ...rest]: FieldPath, root: FieldPath, instance: boolean): FieldPath {
  const at = [...root, instance ? 'postgresInstance' : 'postgresCluster'];
  if (part === 'postgres') return [...at, 'defaults', ...follow(index === undefined ? rest : [index, ...rest], SERVER)];
  if (part !== 'nodes') return at;
  const node = instance ? ['node'] : ['nodes', ...(index === undefined ? [] : [index])];
  return [...at, ...node, ...follow(rest, NODE)];
}

/**
 * A path of the native form of a predecessor's suite → of the predecessor's document, keys in lowerCamelCase.
 * @param kinds which tests (by index) have a single instance; `alone`: the file is a database template
 */
export function predecessorPath(
  native: FieldPath,
  isInstance: (test: number) => boolean,
  { alone }: { readonly alone: boolean },
): FieldPath {
  const [first, index, part, kind, ...rest] = native;
  if (first !== 'tests' || typeof index !== 'number') return alone ? [] : resolved(follow(native, SUITE));
  const test = alone ? [] : ['suite', 'tests', index];
  if (part === 'database' && kind === 'topology')
    return inTopology(rest, alone ? [] : [...test, 'databaseTemplate'], isInstance(index));
  if (alone) return [];
  if (part === 'database') return [...test, ...(kind === 'connection' ? ['connectionString'] : [])];
  return resolved([...test, ...follow(native.slice(2), TEST)]);
}
