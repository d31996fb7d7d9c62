import { SpanKind } from '@opentelemetry/api';
import type { StoredMessage } from '../envelope/stored-message.ts';
import { isTracing } from './given-ids.ts';
import { inSpan, underAnchor } from './in-span.ts';
import { processAttributes, templateOf } from './message-attributes.ts';
import type { Origin } from './origin.ts';
import { duringWork } from './work.ts';
import { workAttributes } from './work-attributes.ts';

export interface Processed {
  readonly consumer: string;
  readonly stored: StoredMessage;
  readonly attempt: number;
  readonly origin: Origin;
}

/** Handles a message in a span, and in the knowledge of what suite and run it is about. */
export function inProcessSpan<T>(
  { consumer, stored, attempt, origin }: Processed,
  handle: () => Promise<T>,
): Promise<T> {
  const { anchor, parent, links } = origin;
  const work = { suite: anchor?.suite, run: anchor?.run };
  if (!isTracing()) return duringWork(work, handle);
  const options = {
    name: `process ${templateOf(stored.subject)}`,
    kind: SpanKind.CONSUMER,
    in: underAnchor(parent),
    links: [...links],
    attributes: {
      ...processAttributes(consumer, stored, origin.id),
      ...(anchor === undefined ? {} : workAttributes(anchor)),
      'benchbus.event': origin.name,
      'benchbus.delivery.attempt': attempt,
    },
  };
  return duringWork(work, () => inSpan(options, handle));
}
