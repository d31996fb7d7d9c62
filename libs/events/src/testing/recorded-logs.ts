import type { AnyRecorded } from '../bus/recorded-event.ts';
import { readRecordings } from '../contracts/frozen-files.ts';
import { decodeEvent } from '../envelope/decode.ts';

/** The logs of real stacks, of every release: file name → its events. What services fold from them is never to change. */
export const recordedLogs = (): [string, AnyRecorded[]][] =>
  [...readRecordings()]
    .filter(([file]) => !/requests|by-hand/.test(file))
    .map(([file, stored]) => [file, stored.map(decodeEvent)]);
