import type { TargetName } from '../model/scalars.ts';
import type { RunSettings, Test } from '../model/suite.ts';
import { workloadTimeMs } from '../model/workload.ts';
import { nativeSuite } from '../native/native-suite.ts';

const HOUR_MS = 3_600_000;
const MAX_KEEP_MS = 3650 * 24 * HOUR_MS;

/** A native suite's defaults, but where the predecessor did otherwise: hardware is clamped, a failed run may be kept. */
export function toRunSettings(target: TargetName, cleanupDelayMs: number, tests: readonly Test[]): RunSettings {
  const { timeouts, images, artifacts } = nativeSuite.shape;
  const { queue, network, provision, database, artifacts: uploading } = timeouts.parse(undefined);
  const delay = Math.min(cleanupDelayMs, MAX_KEEP_MS);
  const longest = Math.max(...tests.map(({ workload }) => workloadTimeMs(workload)));
  return {
    target,
    sharing: 'exclusive',
    hardwarePolicy: 'clamp',
    keep: delay > 0 ? { when: 'on-failure', forMs: delay } : { when: 'never', forMs: 0 },
    onInterrupt: 'fail',
    timeouts: {
      queueMs: queue,
      networkMs: network,
      provisionMs: provision,
      databaseMs: database,
      workloadMs: Math.max(2 * HOUR_MS, 2 * longest),
      artifactsMs: uploading,
    },
    images: images.parse(undefined),
    artifacts: { retentionMs: artifacts.parse(undefined).retention },
  };
}
