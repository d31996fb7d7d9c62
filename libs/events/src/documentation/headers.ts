import type { JsonSchema } from '../contracts/contract-schema.ts';

const text = (description: string, more: JsonSchema = {}): JsonSchema => ({ type: 'string', description, ...more });

/** CloudEvents 1.0, NATS protocol binding, binary mode: what every message has. */
const cloudEvent = {
  'ce-specversion': text('Version of CloudEvents', { const: '1.0' }),
  'ce-id': text('Id of the message, also `Nats-Msg-Id`'),
  'ce-type': text('Type and version: `io.benchbus.network.reserved.v1`'),
  'ce-source': text('Who published it'),
  'ce-time': text('When its writer decided; UTC, RFC 3339', { format: 'date-time' }),
  'ce-subject': text('The NATS subject'),
};

const fact = {
  ...cloudEvent,
  'ce-dataschema': text('`$id` of the JSON Schema of the data'),
  'ce-correlationid': text('The suite; outside of any suite the id of the aggregate'),
  'ce-causationid': text('Id of the event or request that led to this one'),
  'ce-counter': text('Counts the events of the aggregate, from 1', { pattern: '^[1-9][0-9]*$' }),
  'ce-hash': text(
    'SHA-256, hex, over the RFC 8785 JSON of every ce- header but this one (decoded, under its own name) and the body under `data`',
  ),
  'ce-prevhash': text("`ce-hash` of the aggregate's event before; empty for the first"),
  'ce-incarnation': text('Identity of the log'),
  traceparent: text('W3C trace context'),
};

const headers = (properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[]): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

export const FACT_HEADERS = headers(fact, ['traceparent']);
export const REQUEST_HEADERS = headers({ ...cloudEvent, traceparent: fact.traceparent }, [
  'ce-time',
  'ce-subject',
  'traceparent',
]);
export const LETTER_HEADERS = headers(
  {
    'dead-code': text('Code of the problem'),
    'dead-message': text('What was wrong, percent-encoded'),
    'dead-stream': text('Stream of the message'),
    'dead-sequence': text('Its sequence there', { pattern: '^[0-9]+$' }),
    'dead-subject': text('Its subject, percent-encoded'),
    'dead-attempts': text('How often it was tried', { pattern: '^[0-9]+$' }),
  },
  [],
);
