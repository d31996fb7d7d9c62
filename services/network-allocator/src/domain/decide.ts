import { decideGrants } from './decide-grants.ts';
import { decidePools } from './decide-pools.ts';
import { decideRejections } from './decide-rejections.ts';
import { decideReleases } from './decide-releases.ts';
import type { Intent } from './intent.ts';
import type { State } from './state.ts';

/**
 * What is to be appended next, in order of preference; the first is done, then all is decided again.
 * `now` (ms since the epoch) only matters for deadlines. Pure: reads the projection, changes nothing.
 */
export function decide(state: State, now: number): Intent[] {
  return [
    ...decidePools(state),
    ...decideReleases(state),
    ...decideGrants(state, now),
    ...decideRejections(state, now),
  ];
}
