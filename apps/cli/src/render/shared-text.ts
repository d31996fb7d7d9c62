import type { Sharing } from '@benchbus/results';
import { plural } from '../domain/plural.ts';
import { formatBytes } from './format.ts';

/** `r2 of suite b (2 cores, 1.0 GiB)`: runs that had a share of the host while it was measured; undefined: there were none. */
export const sharedText = (shared: Sharing | undefined): string | undefined =>
  shared === undefined || shared.coTenants.length === 0
    ? undefined
    : shared.coTenants
        .map(
          ({ runId, suiteId, cores, memoryBytes }) =>
            `${runId} of suite ${suiteId} (${plural(cores, 'core')}, ${formatBytes(memoryBytes)})`,
        )
        .join(', ');
