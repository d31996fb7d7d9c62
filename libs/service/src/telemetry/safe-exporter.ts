import type { Attributes } from '@opentelemetry/api';
import type { tracing } from '@opentelemetry/sdk-node';
import { withoutSecretValues } from '../logging/secret-values.ts';
import { hideUserinfo } from '../logging/secrets.ts';

const safeText = (text: string): string => withoutSecretValues(hideUserinfo(text));

function makeSafe(attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes))
    if (typeof value === 'string') attributes[name] = safeText(value);
}

/** No span says what no line of a log may: an address with its password, the value of a secret in the words of an error. */
export function safeExporter(exporter: tracing.SpanExporter): tracing.SpanExporter {
  return {
    export: (spans, done) => {
      for (const { attributes, status } of spans) {
        makeSafe(attributes);
        if (status.message !== undefined) status.message = safeText(status.message);
      }
      exporter.export(spans, done);
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  };
}
