import { SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { tracing } from '@opentelemetry/sdk-node';
import { expect, it } from 'vitest';
import { hideSecretValues } from '../logging/secret-values.ts';
import { safeExporter } from './safe-exporter.ts';

it('shows no secret: in attributes and their lists, in status, exceptions and links', () => {
  const [secret, address] = ['canary-secret-of-spans', 'redis://:canary-1@valkey:6379'];
  hideSecretValues({ SPANS_SECRET: secret });
  const out = new tracing.InMemorySpanExporter();
  const spanProcessors = [new tracing.SimpleSpanProcessor(safeExporter(out))];
  const tracer = new tracing.BasicTracerProvider({ spanProcessors }).getTracer('test');
  const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: TraceFlags.SAMPLED };
  const given = Object.freeze({ where: address, words: [secret, 'plain'], counts: [1, 2], count: 3, yes: true });
  const span = tracer.startSpan('test', { attributes: given, links: [{ context, attributes: given }] });
  span.addEvent('told', given);
  // As the instrumentations of ioredis and the AWS SDK do it.
  span.recordException(new Error(`cannot reach ${address} with ${secret}`));
  span.setStatus({ code: SpanStatusCode.ERROR, message: `refused: ${secret}` });
  span.end();

  const [{ attributes, status, events, links } = expect.fail('no span')] = out.getFinishedSpans();
  expect(JSON.stringify([attributes, status, events, links])).not.toContain('canary');
  const safe = {
    where: 'redis://:***@valkey:6379',
    words: ['[redacted]', 'plain'],
    counts: [1, 2],
    count: 3,
    yes: true,
  };
  expect([attributes, events[0]?.attributes, links[0]?.attributes]).toEqual([safe, safe, safe]);
  const { 'exception.message': message, 'exception.stacktrace': stack } = events[1]?.attributes ?? {};
  expect(message).toBe('cannot reach redis://:***@valkey:6379 with [redacted]');
  expect(stack).toContain(message);
});
