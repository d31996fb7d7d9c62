import { subjects, type AnyRecorded, type EventBus, type EventName } from '@benchbus/events';

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

/** Everything the log holds of a suite, in order. */
export async function historyOf(bus: EventBus, suiteId: string): Promise<AnyRecorded[]> {
  const events: AnyRecorded[] = [];
  const caughtUp = Promise.withResolvers<void>();
  const following = await bus.log.follow({
    from: 'start',
    onEvent: (event) => void (event.correlation === suiteId && events.push(event)),
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
