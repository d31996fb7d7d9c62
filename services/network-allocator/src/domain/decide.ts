import { decideGrants } from './decide-grants.ts';
import { decidePools } from './decide-pools.ts';
import { decideRejections } from './decide-rejections.ts';
import { decideReleases } from './decide-releases.ts';
import { DEFAULT_RULES, type Intent, type Rules } from './intent.ts';
import type { State } from './state.ts';

/**
 * What is to be appended next: at most one fact an aggregate, each of which may be appended without the others, in order of
 * preference; then all is decided again. `now` (ms since the epoch) matters for deadlines and quarantine. Pure: reads the
 * projection, changes nothing. It costs what there is to do (State.work), not what is reserved.
 */
export function decide(state: State, now: number, rules: Rules = DEFAULT_RULES): Intent[] {
  return firstOfEach([
    ...decidePools(state, now, rules),
    ...decideReleases(state, rules),
    ...decideGrants(state, now, rules),
    ...decideRejections(state, now, rules),
  ]);
}

function firstOfEach(intents: readonly Intent[]): Intent[] {
  const seen = new Set<string>();
  return intents.filter(({ draft }) => seen.size < seen.add(draft.subject).size);
}
