import type { AnyRecorded, EventBus } from '@benchbus/events';

/** Everything the log holds now on these subjects (wildcards allowed), in log order. */
export async function readLog(bus: EventBus, subjects: readonly string[]): Promise<AnyRecorded[]> {
  const events: AnyRecorded[] = [];
  const caughtUp = Promise.withResolvers<undefined>();
  const following = await bus.log.follow({
    subjects,
    from: 'start',
    onEvent: (event) => void events.push(event),
    onCaughtUp: () => caughtUp.resolve(undefined),
  });
  await caughtUp.promise;
  await following.stop();
  return events;
}
