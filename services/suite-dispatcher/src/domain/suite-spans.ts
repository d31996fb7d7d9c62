import type { AnchorSpan, AnyRecorded, Recorded } from '@benchbus/events';
import type { SuiteEnd } from './suite-state.ts';

export type SuiteOver = SuiteEnd | Recorded<'SuiteRejected'>;

const ms = (event: AnyRecorded): number => Date.parse(event.time);

const codeOf = (event: AnyRecorded | undefined): string | undefined =>
  event?.name === 'RunFailed' ? event.data.problem.code : undefined;

const isEnd = ({ name }: AnyRecorded): boolean =>
  name === 'RunCompleted' || name === 'RunFailed' || name === 'RunCancelled';

/** `requestedAt`: when the server stored the request, where that is still known. */
export function suiteSpan(
  history: readonly AnyRecorded[],
  over: SuiteOver,
  requestedAt: number | undefined,
): AnchorSpan {
  const suite = over.correlation;
  const [first = over] = history;
  return {
    name: 'suite',
    anchor: { suite },
    parent: undefined,
    start: requestedAt ?? ms(first),
    end: ms(over),
    ...(over.name === 'SuiteFailed' || over.name === 'SuiteRejected' ? { failed: over.name } : {}),
    attributes: { 'benchbus.outcome': over.name },
    events: [first.id, over.id],
  };
}

interface Part {
  readonly stage: string;
  readonly attempt: number;
  readonly from: AnyRecorded;
  readonly to: AnyRecorded | undefined;
}

/** Queue, stages, release: each from the event that began it to the next one that ends it. */
function parts(history: readonly AnyRecorded[]): Part[] {
  const queued = history.find(({ name }) => name === 'RunQueued');
  const stages = history.filter((event) => event.name === 'RunStageStarted');
  const ended = history.find(isEnd);
  const released = history.findLast(({ name }) => name === 'RunReleased');
  return [
    ...(queued ? [{ stage: 'queue', attempt: 1, from: queued, to: stages[0] ?? ended }] : []),
    ...stages.map((event, index) => {
      const { stage, attempt } = event.data;
      return { stage, attempt, from: event, to: stages[index + 1] ?? ended };
    }),
    ...(ended ? [{ stage: 'release', attempt: 1, from: ended, to: released }] : []),
  ];
}

/** Of a run, whose aggregate `history` is; `until`: the end of what has no end of its own. */
export function runSpans(suite: string, run: string, history: readonly AnyRecorded[], until: number): AnchorSpan[] {
  const ended = history.find(isEnd);
  const last = history.findLast(({ name }) => name === 'RunReleased');
  const failed = codeOf(ended);
  const stages = parts(history);
  const lastStage = stages.findLast(({ stage }) => stage !== 'release');
  const of = (part: Part): AnchorSpan => ({
    name: part.stage,
    anchor: { suite, run, stage: part.stage, attempt: part.attempt },
    parent: { suite, run },
    start: ms(part.from),
    end: part.to === undefined ? until : ms(part.to),
    ...(failed !== undefined && part === lastStage ? { failed } : {}),
    attributes: {},
    events: [part.from.id, ...(part.to === undefined ? [] : [part.to.id])],
  });
  const [first] = history;
  const whole: AnchorSpan = {
    name: 'run',
    anchor: { suite, run },
    parent: { suite },
    start: first === undefined ? until : ms(first),
    end: last === undefined ? until : ms(last),
    ...(failed === undefined ? {} : { failed }),
    attributes: ended === undefined ? {} : { 'benchbus.outcome': ended.name },
    events: first === undefined ? [] : [first.id],
  };
  return [whole, ...stages.map(of)];
}
