import type { EventBus } from '@benchbus/events';

/** Reads everything that matches, in order, as events, and does nothing with it. @returns how many there were */
export async function replay(bus: EventBus, filter: string, trusted: boolean): Promise<number> {
  let count = 0;
  const caughtUp = Promise.withResolvers<void>();
  const following = await bus.log.follow({
    subjects: [filter],
    from: 'start',
    trusted,
    onEvent: () => {
      count += 1;
    },
    onCaughtUp: caughtUp.resolve,
  });
  await caughtUp.promise;
  await following.stop();
  return count;
}
