import { targetName } from '@benchbus/suites';
import { z } from 'zod';

/** `local,docker` → a set of known targets. */
const targetList = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(targetName).min(1))
  .transform((names): ReadonlySet<string> => new Set(names));

export const config = z.object({
  /** What suites may name, comma-separated: a host or a cloud account must serve it. */
  BENCHBUS_TARGETS: targetList.prefault('local'),
  /** Price table of the cloud's machines, a JSON file: without one a suite with `maxCost` is rejected. */
  BENCHBUS_PRICES_FILE: z.string().min(1).optional(),
  /** Runs executed at once by one replica. */
  BENCHBUS_DISPATCHER_SLOTS: z.coerce.number().int().min(1).default(1000),
  /** A node without a live runner for so long ends the run with EDGE_LOST. */
  BENCHBUS_RUNNER_LOST_AFTER_MS: z.coerce.number().int().min(1000).default(30_000),
  /** A run whose nodes are still to be made by a host without a live provisioner for so long ends with HOST_LOST. */
  BENCHBUS_HOST_LOST_AFTER_MS: z.coerce.number().int().min(1000).default(120_000),
  /** What is not released by then is reported as RunReleaseOverdue. */
  BENCHBUS_RELEASE_TIMEOUT_MS: z.coerce.number().int().min(1000).default(120_000),
  /** A cancel that comes before its suite waits so long for it; then there is no such suite. */
  BENCHBUS_CANCEL_WAITS_MS: z.coerce.number().int().min(0).default(30_000),
  /** How long the engine may take for each of its first answers. */
  BENCHBUS_ENGINE_ANSWERS_MS: z.coerce.number().int().min(1).default(5_000),
  /** Between two tries to reach an engine that is away. */
  BENCHBUS_ENGINE_RETRY_MS: z.coerce.number().int().min(100).default(2_000),
  /** An execution that fails with the same TypeError for so long is ended as failed: it is a defect of ours, not an outage. */
  BENCHBUS_DEFECT_AFTER_MS: z.coerce.number().int().min(0).default(1_800_000),
  /** How often the open runs of the log are compared with the engine's. */
  BENCHBUS_RECONCILE_EVERY_MS: z.coerce.number().int().min(1000).default(15_000),
  /** What the engine executes but no dispatcher carries out for so long is started again. The engine itself notices a dead worker after 30 s. */
  BENCHBUS_EXECUTION_LOST_AFTER_MS: z.coerce.number().int().min(1000).default(35_000),
});
