import type { EventBus } from '@benchbus/events';
import { createMemoryBus, PlainLog } from '@benchbus/events/testing';

/** The bus in memory with a plain log, for thousands of histories. */
export function plainBus(): { readonly bus: EventBus; readonly log: PlainLog } {
  const log = new PlainLog();
  const memory = createMemoryBus();
  return { log, bus: new Proxy(memory, { get: (of, name) => (name === 'log' ? log : Reflect.get(of, name, of)) }) };
}
