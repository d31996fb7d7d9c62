import type { DeadLetterSummary, LetterStep } from '../bus/dead-letters.ts';
import { decodeHeaderValue } from '../envelope/percent.ts';
import { letterId, stateOf, type StoredEntry } from './dead-letter.ts';

const header = (entry: StoredEntry | undefined, name: string): string => decodeHeaderValue(entry?.headers[name] ?? '');
const timeOf = (entry: StoredEntry): string => new Date(entry.storedAt).toISOString();

const attemptsOf = (entry: StoredEntry): number => Number(entry.headers['dead-attempts']) || 0;

/** `request.suite.<suiteId>` and `evt.suite.<suiteId>` say it; of other facts their correlation does. */
function suiteOf(entry: StoredEntry | undefined): string | undefined {
  const [, aggregate, id] = header(entry, 'dead-subject').split('.');
  return (aggregate === 'suite' ? id : undefined) ?? (header(entry, 'ce-correlationid') || undefined);
}

/** The entries of one letter, in order → what it is now. */
export function summaryOf(entries: readonly StoredEntry[]): DeadLetterSummary | undefined {
  const last = entries.at(-1);
  const [, service, consumer, , sequence] = (last?.subject ?? '').split('.');
  if (last === undefined || service === undefined || consumer === undefined || sequence === undefined) return undefined;
  const parkings = entries.filter((entry) => stateOf(entry) === 'parked');
  // Dropped: nothing is left but the record of it, which counts for the parkings that were erased.
  const parked = parkings.at(-1) ?? last;
  const suiteId = suiteOf(parked);
  return {
    id: letterId(last.subject),
    state: stateOf(last),
    time: timeOf(parked),
    service,
    consumer,
    stream: header(parked, 'dead-stream'),
    subject: header(parked, 'dead-subject'),
    sequence: Number(sequence) || 0,
    ...(suiteId === undefined ? {} : { suiteId }),
    code: header(parked, 'dead-code'),
    message: header(parked, 'dead-message'),
    attempts: entries.reduce((sum, entry) => sum + attemptsOf(entry), 0),
    redrives: entries.filter((entry) => stateOf(entry) === 'redriven').length,
    redrivable: parked.headers['dead-follower'] === undefined,
  };
}

export const historyOf = (entries: readonly StoredEntry[]): LetterStep[] =>
  entries.map((entry): LetterStep => {
    const state = stateOf(entry);
    const by = header(entry, 'dead-by');
    return {
      time: timeOf(entry),
      state,
      ...(by === '' ? {} : { by }),
      ...(state === 'parked' && {
        code: header(entry, 'dead-code'),
        message: header(entry, 'dead-message'),
        attempts: attemptsOf(entry),
      }),
    };
  });

export const stackOfEntry = (entry: StoredEntry | undefined): string => header(entry, 'dead-stack');
