import { recordedMessages } from '@benchbus/events/testing';
import type { BareEvent } from '../floor/bare-log.ts';

/** `count` events as real suites left them, all types mixed, over and over, each time with aggregates of their own. */
export function* repeatedMessages(count: number): Generator<BareEvent> {
  const recorded = recordedMessages().flatMap(([, stored]) => stored);
  for (let index = 0; index < count; index += 1) {
    const message = recorded[index % recorded.length];
    if (message === undefined) throw new Error('there is no recorded log');
    const subject = `${message.subject}-${Math.floor(index / recorded.length)}`;
    yield { subject, id: '', headers: { ...message.headers, 'ce-subject': subject }, body: message.body };
  }
}
