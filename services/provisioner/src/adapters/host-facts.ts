import { availableParallelism, hostname, totalmem } from 'node:os';
import { findVersions } from './program-versions.ts';

export interface HostFacts {
  readonly hostname: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly versions: Record<string, string[]>;
}

/** A container's limit counts, not the machine's memory. */
function memory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

export async function hostFacts(): Promise<HostFacts> {
  return { hostname: hostname(), cores: availableParallelism(), memoryBytes: memory(), versions: await findVersions() };
}
