import { z } from 'zod';

const text = (description: string) => z.string().describe(description);

/** What a result depends on, beside what the suite says. */
export const environment = z.object({
  serverVersion: text('Version of the database server, as it says'),
  settings: z
    .record(z.string(), z.string())
    .describe("The server's settings that are not its defaults, without secrets"),
  loadNode: z
    .strictObject({
      platform: text('Operating system'),
      kernel: text('Release of its kernel'),
      cpuModel: text('Model of the first processor'),
      cores: z.int().min(1).meta({ description: 'Processors', 'x-unit': 'count' }),
      memoryBytes: z.int().min(1).meta({ description: 'Main memory', 'x-unit': 'bytes' }),
      node: text('Version of Node.js that ran the edge runner'),
    })
    .describe('Machine of the load tool; on `local` that of the servers, too'),
  images: z.record(z.string(), z.string()).optional().describe('On `docker`: node/process → image with digest'),
});
export type Environment = z.infer<typeof environment>;
