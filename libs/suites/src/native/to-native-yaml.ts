import { stringify } from 'yaml';
import type { Hardware } from '../model/scalars.ts';
import type { Suite, Test } from '../model/suite.ts';
import { formatDuration } from './duration.ts';
import { API_VERSION } from './native-suite.ts';
import { formatSize } from './size.ts';

const hardware = ({ cores, memoryBytes, diskBytes }: Hardware) => ({
  cores,
  memory: formatSize(memoryBytes),
  disk: formatSize(diskBytes),
});

function toTest(test: Test): object {
  if (!('topology' in test.database) || test.workload.tool !== 'pgbench') throw new TypeError('not expressible yet');
  const { postgres, nodes } = test.database.topology;
  const { warmupMs, durationMs, hardware: loadHardware, ...tool } = test.workload;
  return {
    name: test.name,
    description: test.description,
    database: {
      topology: {
        postgres,
        nodes: nodes.map(({ postgres: own, ...node }) => ({
          ...node,
          hardware: hardware(node.hardware),
          postgres: { role: own?.role },
        })),
      },
    },
    workload: {
      ...tool,
      warmup: formatDuration(warmupMs),
      duration: formatDuration(durationMs),
      hardware: hardware(loadHardware),
    },
    repeat: test.repeat,
  };
}

/** The model as a native document (a plain value): parsing it again gives the same model. */
export function toNative(suite: Suite): object {
  const { keep, timeouts, artifacts, ...settings } = suite.settings;
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
    artifacts: { retention: formatDuration(artifacts.retentionMs) },
    tests: suite.tests.map(toTest),
  };
}

/** The model as a native suite file. */
export const toNativeYaml = (suite: Suite): string =>
  stringify(toNative(suite), { aliasDuplicateObjects: false, lineWidth: 0 });
