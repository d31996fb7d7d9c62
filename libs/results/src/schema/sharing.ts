import { z } from 'zod';

const coTenant = z.object({
  runId: z.string().describe('The run'),
  suiteId: z.string().describe('Its suite'),
  cores: z.number().gt(0).meta({ description: 'What it was granted of the host', 'x-unit': 'cores' }),
  memoryBytes: z.int().min(1).meta({ description: 'What it was granted of the host', 'x-unit': 'bytes' }),
});

/** Who had a share of the host while it was measured, by what the allocator granted. */
export const sharing = z.object({
  mode: z.enum(['exclusive', 'allowed']).describe('Whether others might'),
  coTenants: z.array(coTenant).describe('Runs that had a share of the host during the measured part, or some of it'),
});
export type Sharing = z.infer<typeof sharing>;
