import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { tracing } from '@opentelemetry/sdk-node';
import { withoutSecretValues } from '../logging/secret-values.ts';
import { hideUserinfo } from '../logging/secrets.ts';

const safeText = (text: string): string => withoutSecretValues(hideUserinfo(text));

function safeValue(value: AttributeValue | undefined): AttributeValue | undefined {
  if (typeof value === 'string') return safeText(value);
  // All of one kind, as OpenTelemetry has it.
  if (Array.isArray(value))
    return value.map((one) => (typeof one === 'string' ? safeText(one) : one)) as AttributeValue;
  return value;
}

const safe = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, safeValue(value)]));

/**
 * No span says what no line of a log may: an address with its password, the value of a secret in the words of an error. That is in
 * attributes (also of links), in the status, and in events: clients of S3 and Valkey record exceptions, with message and stack.
 */
export function safeExporter(exporter: tracing.SpanExporter): tracing.SpanExporter {
  return {
    export: (spans, done) => {
      for (const { attributes, status, events, links } of spans) {
        Object.assign(attributes, safe(attributes));
        // Theirs may be somebody else's object.
        for (const part of [...events, ...links])
          if (part.attributes !== undefined) part.attributes = safe(part.attributes);
        if (status.message !== undefined) status.message = safeText(status.message);
      }
      exporter.export(spans, done);
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
