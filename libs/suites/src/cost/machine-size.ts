import type { PlannedNode } from '../planning/plan.ts';

const GIB = 2 ** 30;
const SMALLEST_DISK_GB = 20;
/** Beside what the node was planned with: operating system, images, the runner. */
const IMAGE_GB = 10;

export interface MachineSize {
  readonly cores: number;
  /** GB, as of the provider: 2^30 bytes. */
  readonly memory: number;
  /** GB */
  readonly disk: number;
}

/** A machine of a cloud has whole cores and whole GB: as many as hold what was planned. Disks hold the image, too. */
export const machineSize = ({ hardware }: Pick<PlannedNode, 'hardware'>): MachineSize => ({
  // Platforms know 2, 4, 6 … cores.
  cores: Math.max(2, 2 * Math.ceil(hardware.cores / 2)),
  memory: Math.max(1, Math.ceil(hardware.memoryBytes / GIB)),
  disk: Math.max(SMALLEST_DISK_GB, Math.ceil(hardware.diskBytes / GIB) + IMAGE_GB),
});
