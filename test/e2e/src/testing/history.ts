import { parseSubject, subjects, type AnyRecorded, type EventBus, type EventName } from '@benchbus/events';

const ENDS = new Set(['SuiteCompleted', 'SuiteFailed', 'SuiteCancelled', 'SuiteRejected']);

/** Waits for the suite's terminal event. */
export function suiteEnd(bus: EventBus, suiteId: string, timeoutMs = 180_000): Promise<AnyRecorded> {
  const subject = subjects.suite(suiteId);
  return bus.log.waitFor([subject], async () => (await bus.log.read(subject)).find((event) => ENDS.has(event.name)), {
    what: `the end of suite ${suiteId}`,
    timeoutMs,
  });
}

/** Waits for an aggregate's event of that name. */
export function eventOf(bus: EventBus, subject: string, name: EventName, timeoutMs = 400_000): Promise<AnyRecorded> {
  const read = async () => (await bus.log.read(subject)).find((event) => event.name === name);
  return bus.log.waitFor([subject], read, { what: `${name} of ${subject}`, timeoutMs });
}

type OfRuns = readonly { readonly runId?: string }[];

/** What a host's or a pool's fact, which may concern the runs of several suites, says of these runs; undefined: nothing. */
function partOf(event: AnyRecorded, runs: ReadonlySet<string>): AnyRecorded | undefined {
  const { grants, blocks, runIds } = event.data as { grants?: OfRuns; blocks?: OfRuns; runIds?: readonly string[] };
  const own = {
    ...(grants && { grants: grants.filter(({ runId = '' }) => runs.has(runId)) }),
    ...(blocks && { blocks: blocks.filter(({ runId = '' }) => runs.has(runId)) }),
    ...(runIds && { runIds: runIds.filter((runId) => runs.has(runId)) }),
  };
  return Object.values(own).some((part) => part.length > 0)
    ? ({ ...event, data: { ...event.data, ...own } } as AnyRecorded)
    : undefined;
}

/** Everything the log holds of a suite, in order. */
export async function historyOf(bus: EventBus, suiteId: string): Promise<AnyRecorded[]> {
  const events: AnyRecorded[] = [];
  const runs = new Set<string>();
  const caughtUp = Promise.withResolvers<void>();
  const following = await bus.log.follow({
    from: 'start',
    // Of another suite, at an upgrade: who reads one that has such says so itself.
    onTooNew: () => undefined,
    onEvent: (event) => {
      const { aggregate, ids: [id = ''] = [] } = parseSubject(event.subject) ?? {};
      if (event.name === 'RunQueued' && event.correlation === suiteId) runs.add(id);
      const isShared = aggregate === 'capacity' || aggregate === 'pool';
      const part = isShared ? partOf(event, runs) : event.correlation === suiteId ? event : undefined;
      if (part !== undefined) events.push(part);
    },
    onCaughtUp: () => caughtUp.resolve(),
  });
  await caughtUp.promise;
  await following.stop();
  return events;
}

/** Calls back once, at the first event of the suite that matches. */
export async function atMoment(
  bus: EventBus,
  suiteId: string,
  matches: (event: AnyRecorded) => boolean,
): Promise<{ reached: Promise<AnyRecorded>; stop: () => Promise<void> }> {
  const reached = Promise.withResolvers<AnyRecorded>();
  const following = await bus.log.follow({
    from: 'now',
    onEvent: (event) => {
      if (event.correlation === suiteId && matches(event)) reached.resolve(event);
    },
  });
  return { reached: reached.promise, stop: () => following.stop() };
}
