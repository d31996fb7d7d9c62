import type { Attributes } from '@opentelemetry/api';
import type { StoredMessage } from '../envelope/stored-message.ts';

/** OpenTelemetry's names for messaging (semantic conventions 1.41). */
const SYSTEM = { 'messaging.system': 'nats' } as const;

/** `evt.run.s-1-1` → `evt.run.*`: names of spans must be few. */
export const templateOf = (subject: string): string => {
  const [root = '', kind = '', ...ids] = subject.split('.');
  return [root, kind, ...ids.map(() => '*')].join('.');
};

export const publishAttributes = (subject: string, id: string): Attributes => ({
  ...SYSTEM,
  'messaging.operation.name': 'publish',
  'messaging.operation.type': 'send',
  'messaging.destination.name': subject,
  'messaging.destination.template': templateOf(subject),
  'messaging.message.id': id,
});

export const processAttributes = (consumer: string, { subject, body }: StoredMessage, id: string): Attributes => ({
  ...SYSTEM,
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
  'messaging.consumer.group.name': consumer,
  'messaging.destination.name': subject,
  'messaging.destination.template': templateOf(subject),
  'messaging.message.id': id,
  'messaging.message.body.size': body.length,
});

/** Questions to one host, node or execution have its id behind their name. */
export const kindOfQuestion = (name: string): string =>
  /^(artifact|enrol)\./.test(name) ? name : (name.split('.')[0] ?? name);

/** A question is a message that waits for its answer; its subject may hold ids, its name does not. */
export const questionAttributes = (name: string, subject: string, operation: 'ask' | 'answer'): Attributes => ({
  ...SYSTEM,
  'messaging.operation.name': operation,
  'messaging.operation.type': operation === 'ask' ? 'send' : 'process',
  'messaging.destination.name': subject,
  'messaging.destination.template': `ask.${kindOfQuestion(name)}`,
});
