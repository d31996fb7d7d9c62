import { randomUUID } from 'node:crypto';
import type { DeadLetterDetails } from '../bus/dead-letters.ts';
import type { Draft } from '../bus/recorded-event.ts';
import { encodeEvent } from '../envelope/encode.ts';
import type { MemoryBus } from '../memory/memory-bus.ts';
import { EVENTS, type EventName } from '../schemas/catalog.ts';

/** Puts a message into the log past the bus: a right envelope around data that do not fit. Returns its sequence. */
export function poison(bus: MemoryBus, name: EventName, subject: string, data: unknown = {}): number {
  const id = randomUUID();
  const draft = { name, subject, data, cause: id, correlation: 'suite' } as Draft;
  const { type } = EVENTS[name];
  const context = { source: '/poison', time: new Date().toISOString(), counter: 1, prevHash: '' };
  const { headers, body } = encodeEvent({ id, type, data, draft }, { ...context, incarnation: bus.log.incarnation });
  return bus.broker.events.add(subject, headers, body).sequence;
}

/** Resolves once so many entries are in DEADLETTERS, with all letters in full. */
export async function parked(bus: MemoryBus, entries: number): Promise<DeadLetterDetails[]> {
  const { deadLetters } = bus.broker;
  const { promise, resolve } = Promise.withResolvers<true>();
  const look = () => void (deadLetters.messages.length >= entries && resolve(true));
  const stop = deadLetters.onMessage(look);
  look();
  await promise;
  stop();
  return Promise.all((await bus.deadLetters.list()).map(({ id }) => bus.deadLetters.read(id)));
}
