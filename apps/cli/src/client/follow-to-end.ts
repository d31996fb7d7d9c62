import type { EventBus, FollowOptions, Following } from '@benchbus/events';

/**
 * Follows the log and returns when everything that is there was handed over, still following.
 * @param concerns of which aggregates all is wanted; default: of each
 * @throws TypeTooNew: a person is shown all of it, or nothing. What comes later and is too new is skipped.
 */
export async function followToEnd(
  bus: EventBus,
  options: Omit<FollowOptions, 'onTooNew'>,
  concerns: (subject: string) => boolean = () => true,
): Promise<Following> {
  const caughtUp = Promise.withResolvers<undefined>();
  caughtUp.promise.catch(() => undefined); // rejected before anybody waits, perhaps
  let isWhole = true;
  const following = await bus.log.follow({
    ...options,
    onTooNew: (error) => {
      if (!concerns(error.subject)) return;
      isWhole = false;
      caughtUp.reject(error);
    },
    onCaughtUp: async () => {
      if (isWhole) await options.onCaughtUp?.();
      caughtUp.resolve(undefined);
    },
  });
  try {
    await caughtUp.promise;
    return following;
  } catch (error) {
    await following.stop();
    throw error;
  }
}
