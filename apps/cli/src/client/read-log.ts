import type { AnyRecorded, EventBus } from '@benchbus/events';
import { followToEnd } from './follow-to-end.ts';

/** Everything the log holds now on these subjects (wildcards allowed), in log order. */
export async function readLog(bus: EventBus, subjects: readonly string[]): Promise<AnyRecorded[]> {
  const events: AnyRecorded[] = [];
  const following = await followToEnd(bus, {
    subjects,
    from: 'start',
    onEvent: (event) => void events.push(event),
  });
  await following.stop();
  return events;
}
