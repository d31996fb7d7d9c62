import { context, trace } from '@opentelemetry/api';
import { traceparentOf } from '../tracing/traceparent.ts';

/** W3C `traceparent` of the active span, if there is one. */
export const activeTraceparent = (): string | undefined => traceparentOf(trace.getSpanContext(context.active()));
