import type { z } from 'zod';
import type { Patroni } from '../../model/postgres.ts';
import { formatDuration } from '../duration.ts';
import type { postgres } from '../schema/postgres.ts';
import { formatSize } from '../size.ts';

type Native = z.output<typeof postgres>['patroni'];
type NativeInput = NonNullable<NonNullable<z.input<typeof postgres>>['patroni']>;

/** Undefined where it is not enabled. */
export function patroniToModel({ enabled, ...native }: Native): Patroni | undefined {
  if (!enabled) return undefined;
  return {
    ttlMs: native.ttl,
    loopWaitMs: native.loopWait,
    retryTimeoutMs: native.retryTimeout,
    maximumLagOnFailoverBytes: native.maximumLagOnFailover,
    synchronousMode: native.synchronousMode,
    synchronousNodeCount: native.synchronousNodeCount,
  };
}

export const patroniToNative = (model: Patroni): NativeInput => ({
  enabled: true,
  ttl: formatDuration(model.ttlMs),
  loopWait: formatDuration(model.loopWaitMs),
  retryTimeout: formatDuration(model.retryTimeoutMs),
  maximumLagOnFailover: formatSize(model.maximumLagOnFailoverBytes),
  synchronousMode: model.synchronousMode,
  synchronousNodeCount: model.synchronousNodeCount,
});
