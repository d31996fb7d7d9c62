import type { z } from 'zod';
import type { Hardware } from '../../model/scalars.ts';
import type { hardware } from '../schema/common.ts';
import { formatSize } from '../size.ts';

export const hardwareToModel = ({ cores, memory, disk }: z.output<typeof hardware>): Hardware => ({
  cores,
  memoryBytes: memory,
  diskBytes: disk,
});

export const hardwareToNative = ({ cores, memoryBytes, diskBytes }: Hardware): z.input<typeof hardware> => ({
  cores,
  memory: formatSize(memoryBytes),
  disk: formatSize(diskBytes),
});
