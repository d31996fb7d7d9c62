import { stringify } from 'yaml';
import type { Suite, Test } from '../model/suite.ts';
import { databaseToNative } from './convert/database.ts';
import { faultToNative } from './convert/fault.ts';
import { workloadToNative } from './convert/workload.ts';
import { formatDuration } from './duration.ts';
import { API_VERSION } from './native-suite.ts';
import type { NativeSuiteInput } from './native-suite.ts';

const testToNative = ({ database, workload, faults, ...rest }: Test): NativeSuiteInput['tests'][number] => ({
  ...rest,
  database: databaseToNative(database),
  workload: workloadToNative(workload),
  ...(faults === undefined ? {} : { faults: faults.map(faultToNative) }),
});

/** The model as a native document (a plain value): parsing it again gives the same model. */
export function toNative(suite: Suite): NativeSuiteInput {
  const { keep, timeouts, artifacts, maxLifetimeMs, ...settings } = suite.settings;
  return {
    apiVersion: API_VERSION,
    kind: 'Suite',
    name: suite.name,
    parallelism: suite.parallelism,
    ...settings,
    keep: { when: keep.when, for: formatDuration(keep.forMs) },
    timeouts: {
      queue: formatDuration(timeouts.queueMs),
      network: formatDuration(timeouts.networkMs),
      provision: formatDuration(timeouts.provisionMs),
      database: formatDuration(timeouts.databaseMs),
      workload: formatDuration(timeouts.workloadMs),
      artifacts: formatDuration(timeouts.artifactsMs),
    },
    ...(maxLifetimeMs === undefined ? {} : { maxLifetime: formatDuration(maxLifetimeMs) }),
    artifacts: { retention: formatDuration(artifacts.retentionMs) },
    ...(suite.installation === undefined ? {} : { installation: suite.installation }),
    tests: suite.tests.map(testToNative),
  };
}

/** The model as a native suite file. */
export const toNativeYaml = (suite: Suite): string =>
  stringify(toNative(suite), { aliasDuplicateObjects: false, lineWidth: 0 });
