import { isTracing, subjects, tracesOf, type AnchorSpan, type AnyRecorded, type EventBus } from '@benchbus/events';
import { measuredSeconds } from '../domain/measured-seconds.ts';
import { loadRunView } from './load-run-view.ts';
import type { Reactor } from './reactor.ts';
import { runSpans, suiteSpan, type SuiteOver } from '../domain/suite-spans.ts';
import type { Logger } from 'pino';

export interface SendOptions {
  /** Incarnation of the log. */
  readonly log: string;
  /** Of the client's own span, which is the parent of the suite's. */
  readonly traceparent?: string | undefined;
}

export interface TraceSuiteOptions {
  readonly bus: Pick<EventBus, 'log' | 'requestsOf'>;
  /** Does not wait for a collector. */
  readonly send: (spans: readonly AnchorSpan[], options: SendOptions) => void;
  /** Of a run that is over: what its stages took, and the measurements in them, in seconds. */
  readonly measure: (spans: readonly AnchorSpan[], measured: readonly number[]) => void;
}

const isOver = (event: AnyRecorded): event is SuiteOver =>
  event.name === 'SuiteCompleted' ||
  event.name === 'SuiteFailed' ||
  event.name === 'SuiteCancelled' ||
  event.name === 'SuiteRejected';

/**
 * Sends the spans that only the log knows whole: a run's when it is released, the suite's at its end, with those of runs that
 * are still not released. An event that comes twice sends them twice, under the same ids.
 */
export async function traceSuite(event: AnyRecorded, options: TraceSuiteOptions): Promise<void> {
  if (!isTracing()) return;
  if (event.name === 'RunReleased') return traceRun(event, options);
  if (isOver(event)) return traceEnd(event, options);
}

async function traceRun(
  event: Extract<AnyRecorded, { name: 'RunReleased' }>,
  options: TraceSuiteOptions,
): Promise<void> {
  const { log } = options.bus;
  const suite = event.correlation;
  const over = (await log.read(subjects.suite(suite))).find(isOver);
  // Its spans went with the suite's.
  if (over !== undefined && over.sequence < event.sequence) return;
  const runId = event.subject.slice('evt.run.'.length);
  const spans = runSpans(suite, runId, await log.read(subjects.run(runId)), Date.parse(event.time));
  options.measure(spans, measuredSeconds(await loadRunView(log, runId)));
  options.send(spans, { log: log.incarnation });
}

async function traceEnd(over: SuiteOver, { bus, send, measure }: TraceSuiteOptions): Promise<void> {
  const { log } = bus;
  const suite = over.correlation;
  const history = await log.read(subjects.suite(suite));
  const accepted = history.find((event) => event.name === 'SuiteAccepted');
  const runs: AnchorSpan[] = [];
  for (const { runId } of accepted?.data.runs ?? []) {
    const run = await log.read(subjects.run(runId));
    if (run.some(({ name, sequence }) => name === 'RunReleased' && sequence < over.sequence)) continue;
    const spans = runSpans(suite, runId, run, Date.parse(over.time));
    measure(spans, []);
    runs.push(...spans);
  }
  const requestId = accepted?.data.requestId ?? (over.name === 'SuiteRejected' ? over.data.requestId : '');
  const asked = (await bus.requestsOf(suite)).find(({ request }) => request.id === requestId);
  tracesOf(log.incarnation).learnFrom(over);
  send([...runs, suiteSpan(history, over, asked?.storedAt)], {
    log: log.incarnation,
    traceparent: asked?.request.traceparent,
  });
}

/** The reactor, and after it the spans of what is over: these are a courtesy, and fail nobody. */
export const tracing = (
  reactor: Pick<Reactor, 'onEvent'>,
  options: TraceSuiteOptions,
  logger: Pick<Logger, 'warn'>,
): Pick<Reactor, 'onEvent'> => ({
  async onEvent(event) {
    await reactor.onEvent(event);
    await traceSuite(event, options).catch((error: unknown) =>
      logger.warn({ err: error }, 'spans of a suite or run that is over could not be sent'),
    );
  },
});
