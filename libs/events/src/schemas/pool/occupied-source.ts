import { z } from 'zod';
import { token } from '../values.ts';

/** Who says that a block is used by somebody else: it is, for as long as they say so. */
export const occupiedSource = {
  source: z
    .enum(['host', 'operator', 'creation'])
    .optional()
    .describe(
      "Who says so: a host's announcement, the operator's exclusions, or the creation of a run's network, which found it taken",
    ),
  hostId: token.optional().describe('The host that says so'),
};
