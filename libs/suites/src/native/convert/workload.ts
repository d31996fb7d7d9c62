import type { z } from 'zod';
import type { Workload } from '../../model/workload.ts';
import { formatDuration } from '../duration.ts';
import type { NativeWorkload, workload } from '../schema/workload.ts';
import { hardwareToModel, hardwareToNative } from './hardware.ts';

/** Keys that are named alike in both stay as they are. */
export function workloadToModel(native: NativeWorkload): Workload {
  if (native.tool === 'stroppy') {
    const { duration, hardware, ...rest } = native;
    return { ...rest, durationMs: duration, hardware: hardwareToModel(hardware) };
  }
  if (native.tool === 'pgbench') {
    const { latencyLimit, warmup, duration, hardware, ...rest } = native;
    return {
      ...rest,
      ...(latencyLimit === undefined ? {} : { latencyLimitMs: latencyLimit }),
      warmupMs: warmup,
      durationMs: duration,
      hardware: hardwareToModel(hardware),
    };
  }
  const { warmup, duration, hardware, ...rest } = native;
  return { ...rest, warmupMs: warmup, durationMs: duration, hardware: hardwareToModel(hardware) };
}

export function workloadToNative(model: Workload): z.input<typeof workload> {
  if (model.tool === 'stroppy') {
    const { durationMs, hardware, ...rest } = model;
    return { ...rest, duration: formatDuration(durationMs), hardware: hardwareToNative(hardware) };
  }
  const { warmupMs, durationMs, hardware, ...others } = model;
  const { latencyLimitMs, ...rest } = { latencyLimitMs: undefined, ...others };
  return {
    ...rest,
    ...(latencyLimitMs === undefined ? {} : { latencyLimit: formatDuration(latencyLimitMs) }),
    warmup: formatDuration(warmupMs),
    duration: formatDuration(durationMs),
    hardware: hardwareToNative(hardware),
  };
}
