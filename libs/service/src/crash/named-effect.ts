import { inSpan } from '@benchbus/events';
import { trace } from '@opentelemetry/api';
import { crashPoint } from './crash-point.ts';

/**
 * An effect outside the log, with a crash point right before and right after it: `before.<name>`, `after.<name>`; and a span of
 * its name where it is part of a work that has one.
 */
export async function namedEffect<T>(name: string, work: () => Promise<T>): Promise<T> {
  crashPoint(`before.${name}`);
  const done = await (trace.getActiveSpan() === undefined ? work() : inSpan({ name }, work));
  crashPoint(`after.${name}`);
  return done;
}
