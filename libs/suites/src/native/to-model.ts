import type { Suite, Test } from '../model/suite.ts';
import { measuringTimeMs } from '../expansion/measuring-time.ts';
import { databaseToModel } from './convert/database.ts';
import { faultToModel } from './convert/fault.ts';
import { workloadToModel } from './convert/workload.ts';
import type { NativeSuite } from './native-suite.ts';
import type { NativeTest } from './schema/test.ts';

const HOUR = 3_600_000;

function testToModel({ database, workload, faults = [], matrix: _, ...rest }: NativeTest): Test {
  const measured = databaseToModel(database);
  return {
    ...rest,
    database: measured,
    workload: workloadToModel(workload),
    ...(faults.length === 0 ? {} : { faults: faults.map(faultToModel(measured)) }),
  };
}

/** Where nothing is said, the longest test gets twice its time, and never less than two hours. */
function defaultWorkloadTimeout(tests: readonly Test[]): number {
  const longest = Math.max(...tests.map(measuringTimeMs));
  return Math.max(2 * HOUR, 2 * longest);
}

/** A checked native file, defaults filled in and every matrix expanded → the model. */
export function toModel(native: NativeSuite): Suite {
  const tests = native.tests.map(testToModel);
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
      ...(native.maxLifetime === undefined ? {} : { maxLifetimeMs: native.maxLifetime }),
      ...(native.maxCost === undefined ? {} : { maxCost: native.maxCost }),
      images: native.images,
      artifacts: { retentionMs: native.artifacts.retention },
    },
    tests,
    ...(native.installation === undefined ? {} : { installation: native.installation }),
  };
}
