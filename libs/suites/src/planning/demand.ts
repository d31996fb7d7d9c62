import { topologyOf } from '../model/database.ts';
import type { Test } from '../model/suite.ts';
import type { Hardware } from '../model/scalars.ts';

/** What a run asks a host and a pool for. */
export interface Demand {
  /** One per node, the load node included. */
  readonly addresses: number;
  readonly cores: number;
  readonly memoryBytes: number;
}

/** Sums of fractions carry noise: 0.1 + 0.2 must not exceed a host of 0.3. */
const tidy = (cores: number): number => Math.round(cores * 1e6) / 1e6;

export function sumOf(hardware: readonly Hardware[]): { readonly cores: number; readonly memoryBytes: number } {
  return {
    cores: tidy(hardware.reduce((sum, { cores }) => sum + cores, 0)),
    memoryBytes: hardware.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
  };
}

/** Hardware of every node of a test in order, the load node last. */
export const hardwareOf = (test: Test): Hardware[] => [
  ...(topologyOf(test.database)?.nodes ?? []).map((node) => node.hardware),
  test.workload.hardware,
];

/** For RunNetworkRequested. */
export function demandOf(test: Test): Demand {
  const hardware = hardwareOf(test);
  return { addresses: hardware.length, ...sumOf(hardware) };
}
