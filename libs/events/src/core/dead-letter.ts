import type { DeadLetter, DeadLetterSummary } from '../bus/consume.ts';
import { decodeHeaderValue, encodeHeaderValue } from '../envelope/percent.ts';

/** Headers of a letter in DEADLETTERS: the original ones (without NATS' own, which would act on it) and why it is there. */
export function deadLetterHeaders(letter: DeadLetter): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(letter.headers)) {
    if (!name.toLowerCase().startsWith('nats-') && !name.startsWith('dead-')) headers[name] = value;
  }
  return {
    ...headers,
    'dead-code': letter.problem.code,
    'dead-message': encodeHeaderValue(letter.problem.message.slice(0, 2000)),
    'dead-stream': letter.stream,
    'dead-sequence': String(letter.sequence),
    'dead-subject': encodeHeaderValue(letter.subject),
    'dead-attempts': String(letter.attempts),
  };
}

/** A client's request may hold anything, secrets too: it is named by its sequence and not copied. Facts are ours. */
export const deadLetterBody = (letter: DeadLetter): Uint8Array =>
  letter.stream === 'REQUESTS' ? new Uint8Array() : letter.body;

const asToken = (value: string): string => value.toLowerCase().replace(/[^a-z0-9_-]+/g, '-') || '-';

/** `dead.<service>.<consumer>` */
export const deadLetterSubject = (service: string, consumer: string): string =>
  `dead.${asToken(service)}.${asToken(consumer)}`;

/** What the headers of a letter say to people. @param headers names in lower case @param storedAt ms since the epoch */
export function summaryOfLetter(headers: Readonly<Record<string, string>>, storedAt: number): DeadLetterSummary {
  const header = (name: string): string => decodeHeaderValue(headers[name] ?? '');
  return {
    time: new Date(storedAt).toISOString(),
    subject: header('dead-subject'),
    sequence: Number(header('dead-sequence')) || 0,
    code: header('dead-code'),
    message: header('dead-message'),
  };
}
