import {
  duringWork,
  inSpan,
  isTracing,
  readTraceparent,
  tracesOf,
  underAnchor,
  workAttributes,
  type Anchor,
} from '@benchbus/events';
import { SpanKind } from '@opentelemetry/api';

export interface TracedTask {
  /** Of the task: `bench-run`. */
  readonly name: string;
  readonly log: string;
  readonly anchor: Anchor;
  readonly node?: string;
  /** As the engine hands it over; of a task that somebody triggered by hand it says nothing. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Executes a task in a span that hangs on its run, or its stage; and in the knowledge of what it works on. */
export function inTaskSpan<T>({ name, log, anchor, node, metadata }: TracedTask, work: () => Promise<T>): Promise<T> {
  const { suite, run } = anchor;
  const { traceparent } = metadata;
  const traces = tracesOf(log);
  // A runner may hear of its suite's trace here first.
  if (typeof traceparent === 'string') traces.learn(suite, traceparent);
  if (!isTracing()) return duringWork({ suite, run }, work);
  const given = typeof traceparent === 'string' ? readTraceparent(traceparent) : undefined;
  const options = {
    name: `execute ${name}`,
    kind: SpanKind.CONSUMER,
    in: underAnchor(given ?? traces.contextOf(anchor)),
    attributes: {
      'messaging.system': 'hatchet',
      'messaging.operation.name': 'execute',
      'messaging.operation.type': 'process',
      'messaging.destination.name': name,
      ...workAttributes(anchor),
      ...(node === undefined ? {} : { 'benchbus.node': node }),
    },
  };
  return duringWork({ suite, run }, () => inSpan(options, work));
}
