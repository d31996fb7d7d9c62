import { holdingsOf, isEmpty } from '../domain/holdings.ts';
import { impossible } from '../domain/impossible.ts';
import { poolIntent } from '../domain/decide-pools.ts';
import { openRequest, type Run, type State, type Work } from '../domain/state.ts';
import { hasToGiveBack } from '../domain/work.ts';

/** The lists of what there is to do, by their members' ids. */
export const workOf = ({ waiting, exclusive, progress, deadlines, hopeless, releasing, pools }: Work) => ({
  waiting: idsOf(waiting),
  exclusive: idsOf(exclusive).toSorted(),
  deadlines: idsOf(deadlines),
  progress: idsOf(progress).toSorted(),
  hopeless: idsOf(hopeless).toSorted(),
  releasing: idsOf(releasing).toSorted(),
  pools: [...pools].toSorted(),
});

const idsOf = (runs: Iterable<Run>): string[] => [...runs].map(({ runId }) => runId);

/** The same as one finds them who looks at every run and pool. */
export function naiveWork(state: State): ReturnType<typeof workOf> {
  const open = [...state.runs.values()].flatMap((run) => {
    const request = openRequest(run);
    return request === undefined ? [] : [{ run, request }];
  });
  const inOrder = (runs: typeof open, key: (entry: (typeof open)[number]) => number): string[] =>
    idsOf(runs.toSorted((a, b) => key(a) - key(b) || a.request.sequence - b.request.sequence).map(({ run }) => run));
  const waiting = open.filter(({ run }) => isEmpty(holdingsOf(state, run)));
  return {
    waiting: inOrder(waiting, () => 0),
    exclusive: idsOf(waiting.filter(({ request }) => request.sharing === 'exclusive').map(({ run }) => run)).toSorted(),
    deadlines: inOrder(open, ({ request }) => Date.parse(request.deadline)),
    progress: idsOf(open.filter((entry) => !waiting.includes(entry)).map(({ run }) => run)).toSorted(),
    hopeless: idsOf(
      open.filter(({ request }) => impossible(state, request) !== undefined).map(({ run }) => run),
    ).toSorted(),
    releasing: idsOf([...state.runs.values()].filter((run) => hasToGiveBack(state, run))).toSorted(),
    pools: [...state.announced.keys()].filter((subject) => poolIntent(state, subject) !== undefined).toSorted(),
  };
}
