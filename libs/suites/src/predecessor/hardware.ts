import type { Hardware } from '../model/scalars.ts';
import type { OldHardware } from './database-shape.ts';

const GB = 1e9;
/** More is nobody's: on Docker the predecessor looked at none of these numbers. */
const MOST = { cores: 4096, gigabytes: 1_000_000 };

/** 0 is "nothing said": then what a native suite has. */
export const toHardware = ({ cores, memory, disk }: OldHardware): Hardware => ({
  cores: Math.min(cores || 1, MOST.cores),
  memoryBytes: Math.min(memory || 1, MOST.gigabytes) * GB,
  diskBytes: Math.min(disk || 5, MOST.gigabytes) * GB,
});
