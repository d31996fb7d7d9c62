import type { Hardware } from '../model/scalars.ts';
import { sumOf } from './demand.ts';

export interface HostHardware {
  readonly cores: number;
  readonly memoryBytes: number;
}

/** The factor that makes a demand fit a host; 1 when it fits as it is. */
export function fitFactor(hardware: readonly Hardware[], host: HostHardware): number {
  const { cores, memoryBytes } = sumOf(hardware);
  return Math.min(1, cores === 0 ? 1 : host.cores / cores, memoryBytes === 0 ? 1 : host.memoryBytes / memoryBytes);
}

/** Rounded down, to thousandths of a core and whole bytes, so that the sum stays inside the host. */
export function scaleHardware(hardware: Hardware, factor: number): Hardware {
  if (factor === 1) return hardware;
  return {
    ...hardware,
    cores: Math.max(0.001, Math.floor(hardware.cores * factor * 1000) / 1000),
    memoryBytes: Math.floor(hardware.memoryBytes * factor),
  };
}
