import { createHash } from 'node:crypto';
import { mayHoldSecrets } from '@benchbus/suites';
import type { DeadLetter } from '../bus/consume.ts';
import type { LetterState } from '../bus/dead-letters.ts';
import { decodeHeaderValue, encodeHeaderValue } from '../envelope/percent.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';
import { REQUESTS } from '../schemas/requests/index.ts';

/** A message of DEADLETTERS: one step of a letter. */
export interface StoredEntry extends StoredMessage {
  /** ms since the epoch, the server's clock. */
  readonly storedAt: number;
}

/** An entry that is to be appended. */
export interface NewEntry {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const MESSAGE_CHARACTERS = 2000;
const STACK_CHARACTERS = 6000;
/** The body is not here, but still in its stream, perhaps. */
const NOT_KEPT = 'not-kept';

const asToken = (value: string): string => value.toLowerCase().replace(/[^a-z0-9_-]+/g, '-') || '-';

/** All letters of a consumer: `dead.<service>.<consumer>.>`. */
export const lettersOf = (service: string, consumer: string): string =>
  `dead.${asToken(service)}.${asToken(consumer)}.>`;

/** One subject per letter, `dead.<service>.<consumer>.<stream>.<sequence>`: its last message is its state. */
export const letterSubject = (
  service: string,
  consumer: string,
  { stream, sequence }: Pick<DeadLetter, 'stream' | 'sequence'>,
): string => `dead.${asToken(service)}.${asToken(consumer)}.${asToken(stream)}.${sequence}`;

export const letterId = (subject: string): string => createHash('sha256').update(subject).digest('hex').slice(0, 8);

export const stateOf = ({ headers }: StoredMessage): LetterState => (headers['dead-state'] ?? 'parked') as LetterState;

/** Headers of the original message that mean something to NATS, or to us, would act on the letter. */
const isForeign = (name: string): boolean => !/^(nats-|dead-)/i.test(name);

const HARMLESS = new Set<string | undefined>([REQUESTS.SuiteCancelRequested.type, REQUESTS.SuiteReleaseRequested.type]);

/**
 * Facts are ours. Of requests, a suite, or what may be one, may hold what nobody knows to be a secret; the others are kept
 * where they can be shown to hold none.
 */
const mayBeKept = ({ stream, headers, body }: DeadLetter): boolean =>
  stream !== 'REQUESTS' || (HARMLESS.has(headers['ce-type']) && !mayHoldSecrets(body));

/** @param room bytes that the server takes in one message */
export function parkedEntry(letter: DeadLetter, room: number, redrivable: boolean): NewEntry {
  const { problem, stack } = letter;
  const original = Object.fromEntries(Object.entries(letter.headers).filter(([name]) => isForeign(name)));
  const headers: Record<string, string> = {
    ...original,
    'dead-state': 'parked',
    'dead-code': problem.code,
    'dead-message': encodeHeaderValue(problem.message.slice(0, MESSAGE_CHARACTERS)),
    'dead-stack': encodeHeaderValue(stack.slice(0, STACK_CHARACTERS)),
    'dead-stream': letter.stream,
    'dead-sequence': String(letter.sequence),
    'dead-subject': encodeHeaderValue(letter.subject),
    'dead-attempts': String(letter.attempts),
    ...(redrivable ? {} : { 'dead-follower': 'true' }),
  };
  const headerBytes = JSON.stringify(headers).length;
  if (mayBeKept(letter) && letter.body.length + headerBytes + 1024 <= room) return { headers, body: letter.body };
  return { headers: { ...headers, 'dead-body': NOT_KEPT }, body: new Uint8Array() };
}

/** The next step of a letter. It names the original message and repeats nothing of its content. */
export function nextEntry(parked: StoredMessage, state: LetterState, more: Record<string, string>): NewEntry {
  const named = Object.entries(parked.headers).filter(([name]) => NAMES.test(name));
  const headers = {
    ...Object.fromEntries(named),
    'dead-state': state,
    'dead-parked': String(parked.sequence),
    ...more,
  };
  return { headers, body: new Uint8Array() };
}
const NAMES = /^(ce-(id|type|correlationid)|dead-(stream|sequence|subject|code|message|follower))$/;

/** The entry that holds the content a later one is about. */
export const parkedSequenceOf = (entry: StoredMessage): number => Number(entry.headers['dead-parked']) || 0;

export const keepsBody = ({ headers }: StoredMessage): boolean => headers['dead-body'] !== NOT_KEPT;

/** The original message that an entry holds: as its stream delivered it. */
export const originalOf = (entry: StoredMessage): StoredMessage & { readonly stream: string } => ({
  stream: entry.headers['dead-stream'] ?? '',
  subject: decodeHeaderValue(entry.headers['dead-subject'] ?? ''),
  sequence: Number(entry.headers['dead-sequence']) || 0,
  headers: Object.fromEntries(Object.entries(entry.headers).filter(([name]) => isForeign(name))),
  body: entry.body,
});
