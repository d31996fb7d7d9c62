import type { Hardware } from '../model/scalars.ts';
import type { Suite, Test } from '../model/suite.ts';
import { workloadTimeMs } from '../model/workload.ts';
import type { NativeSuite } from './native-suite.ts';

type NativeTest = NativeSuite['tests'][number];

const HOUR = 3_600_000;

function hardware({ cores, memory, disk }: NativeTest['workload']['hardware']): Hardware {
  return { cores, memoryBytes: memory, diskBytes: disk };
}

function toTest(native: NativeTest): Test {
  const { postgres, nodes } = native.database.topology;
  const { version, storageEngine, settings } = postgres;
  const { warmup, duration, hardware: loadHardware, ...tool } = native.workload;
  return {
    name: native.name,
    description: native.description,
    labels: {},
    database: {
      topology: {
        postgres: { version, storageEngine, settings },
        nodes: nodes.map((node) => ({
          name: node.name,
          hardware: hardware(node.hardware),
          postgres: { ...node.postgres, settings: {} },
        })),
      },
    },
    workload: { ...tool, warmupMs: warmup, durationMs: duration, hardware: hardware(loadHardware) },
    repeat: native.repeat,
  };
}

/** Where nothing is said, the longest test gets twice its time, and never less than two hours. */
function defaultWorkloadTimeout(tests: readonly Test[]): number {
  const longest = Math.max(...tests.map(({ workload }) => workloadTimeMs(workload)));
  return Math.max(2 * HOUR, 2 * longest);
}

/** A checked native file, defaults filled in → the model. */
export function toModel(native: NativeSuite): Suite {
  const tests = native.tests.map(toTest);
  const { timeouts } = native;
  return {
    name: native.name,
    parallelism: native.parallelism,
    settings: {
      target: native.target,
      sharing: native.sharing,
      hardwarePolicy: native.hardwarePolicy,
      keep: { when: native.keep.when, forMs: native.keep.for },
      onInterrupt: native.onInterrupt,
      timeouts: {
        queueMs: timeouts.queue,
        networkMs: timeouts.network,
        provisionMs: timeouts.provision,
        databaseMs: timeouts.database,
        workloadMs: timeouts.workload ?? defaultWorkloadTimeout(tests),
        artifactsMs: timeouts.artifacts,
      },
      images: native.images,
      artifacts: { retentionMs: native.artifacts.retention },
    },
    tests,
  };
}
