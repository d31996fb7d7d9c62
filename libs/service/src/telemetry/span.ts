import { inSpan } from '@benchbus/events';
import type { Attributes, Span } from '@opentelemetry/api';

/** Runs `fn` in a span of its own: an error is recorded on it and thrown on. Costs nothing when telemetry is off. */
export const span = <T>(name: string, attributes: Attributes, fn: (span: Span) => T | Promise<T>): Promise<T> =>
  inSpan({ name, attributes }, fn);
