import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPO } from '../testing/installation.ts';

const around = (effect: string, reason: string): [string, string][] => [
  [`before.${effect}`, reason],
  [`after.${effect}`, reason],
];

/** Points that none of the walked runs passes, and why. */
export const UNWALKED: ReadonlyMap<string, string> = new Map([
  ...around('artifact-delete', 'days later: artifact-store.int kills there'),
  ...around('artifact-parts', 'of S3, which the walk has not: artifact-store-s3.int kills there'),
  ...around('artifact-complete', 'of S3, which the walk has not: artifact-store-s3.int kills there'),
  ...around('after-start', 'only of a primary with replicas: set-up-node.int'),
  ...around('attempt-retire', 'only before a further attempt of a set-up: edge-runner-topology.int'),
  ...[
    'access-give',
    'cgroup-remove',
    'container-create',
    'container-remove',
    'image-pull',
    'look-create',
    'network-create',
    'network-remove',
    'release-give',
    'runner-stop',
    'volume-create',
    'volume-remove',
  ].flatMap((effect) => around(effect, 'only of the target docker: docker-crash.int')),
  ...around('engine-extend', 'only of a run that outlives the first lease of its execution'),
  ...around('fault-decision', 'only of a suite with faults: failover-local.e2e'),
  ...around('fault-kill', 'only of a suite with faults: failover-local.e2e'),
  ...around('fault-restart', 'only of a suite with faults: failover-local.e2e'),
  ...around('pool-claim', 'before any run: pool-lock.int kills there'),
  ...around('pool-release', 'after all runs, when the provisioner ends'),
  ...around('request-erase', 'only of a request that was rejected'),
  ...around('schema-create', 'only of an external database: external-database.e2e, external-schema.int'),
  ...around('schema-drop', 'only of an external database: external-database.e2e, external-schema.int'),
  ...around('schema-release', 'only of an external database whose runner was killed'),
  ...['data-keep', 'data-copy'].flatMap((effect) =>
    around(
      effect,
      'only of a suite whose repeats start from a kept copy: kept.int; after.data-copy, docker-copies.int',
    ),
  ),
  ...['kept-release', 'kept-remove'].flatMap((effect) =>
    around(effect, 'only of a suite whose repeats start from a kept copy: release-kept.int'),
  ),
  ['after.kept-aside', 'only of a kept copy that is removed: release-kept.int'],
  ...['terraform-apply', 'terraform-destroy', 'state-remove'].flatMap((effect) =>
    around(effect, 'only of the target yandex: yandex-crash.int'),
  ),
  ...around('shm-remove', 'only what a killed server left: destroy-memory.int'),
  ...around('stray-kill', 'only a process that has lost its node'),
  ...around('sysv-remove', 'only what a killed server left: destroy-memory.int'),
]);

const SOURCES = ['libs/*/src/**/*.ts', 'services/*/src/**/*.ts'];

/** Every point that the source names, the appends aside: those come from the log itself. */
export function namedPoints(): string[] {
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: REPO }));
  const named = files
    .filter((file) => !/\.spec\.ts$|\/(testing|fixtures)\//.test(file))
    .flatMap((file) => {
      const source = readFileSync(join(REPO, file), 'utf8');
      const points = [...source.matchAll(/\bcrashPoint\('([^']+)'\)/g)].map(([, name = '']) => name);
      const effects = [...source.matchAll(/\bnamedEffect\('([^']+)'/g)].map(([, name = '']) => name);
      return [...points, ...effects.flatMap((name) => [`before.${name}`, `after.${name}`])];
    });
  return [...new Set(named)].sort();
}
