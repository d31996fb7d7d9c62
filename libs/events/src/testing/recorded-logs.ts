import type { AnyRecorded } from '../bus/recorded-event.ts';
import { readRecordings } from '../contracts/frozen-files.ts';
import { decodeEvent } from '../envelope/decode.ts';
import type { StoredMessage } from '../envelope/stored-message.ts';

/** The logs of real stacks, of every release: file name → its messages. */
export const recordedMessages = (): [string, StoredMessage[]][] =>
  [...readRecordings()].filter(([file]) => !/requests|by-hand/.test(file));

/** The same, file name → its events. What services fold from them is never to change. */
export const recordedLogs = (): [string, AnyRecorded[]][] =>
  recordedMessages().map(([file, stored]) => [file, stored.map(decodeEvent)]);
