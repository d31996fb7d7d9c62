import { ARCHIVE_STREAM, type ServerView, type StorageUse, type StreamView } from '@benchbus/events';
import { formatBytes, formatCount, formatDuration } from '../render/format.ts';
import type { Finding } from './check.ts';

/** As the alert BenchbusLogFills. */
const FILLS = 0.7;
/** The next large event does not fit. */
const FULL = 0.99;
/** An archive is that far behind where something stops it, not in between two messages. */
const LAG = 1_000;
/** A stream that is fed hears of the other one each second. */
const SILENT_MS = 60_000;

const WHAT: Record<StorageUse['of'], string> = {
  stream: 'stream EVENTS',
  account: 'its account',
  requests: 'stream REQUESTS',
  'dead-letters': 'stream DEADLETTERS',
};

/** Streams beside the log that take nothing more once they are full. */
const BESIDE = [
  { stream: 'REQUESTS', name: 'room for requests', code: 'REQUESTS_FULL' },
  { stream: 'DEADLETTERS', name: 'room for dead letters', code: 'DEADLETTERS_FULL' },
] as const;

const share = ({ bytes, limitBytes = Infinity }: StorageUse): number => bytes / limitBytes;

/** How much of what it may fill the log fills: appends are refused at the end. */
export function judgeRoom({ streams, account }: Pick<ServerView, 'streams' | 'account'>): Finding[] {
  const name = 'room for the log';
  const log = streams.find((stream) => stream.name === 'EVENTS');
  if (log === undefined) return [];
  const stream = {
    of: 'stream',
    bytes: log.bytes,
    ...(log.maxBytes === undefined ? {} : { limitBytes: log.maxBytes }),
  } as const;
  const limited = [stream, ...(account === undefined ? [] : [account])].filter(
    ({ limitBytes }) => limitBytes !== undefined,
  );
  const [fullest] = limited.toSorted((one, other) => share(other) - share(one));
  if (fullest === undefined)
    return [{ name, status: 'ok', found: 'no limit but the disk of the server, which is not told here: watch it' }];
  const percent = Math.floor(100 * share(fullest));
  const found = `${WHAT[fullest.of]} holds ${formatBytes(fullest.bytes)} of ${formatBytes(fullest.limitBytes ?? 0)}, ${percent} %`;
  const hint = 'raise the limit, or begin another log: docs/operations/archive.md';
  if (share(fullest) >= FULL) return [{ name, status: 'fail', found, code: 'LOG_FULL', hint }];
  if (share(fullest) >= FILLS) return [{ name, status: 'warn', found, code: 'LOG_FILLS', hint }];
  return [{ name, status: 'ok', found }];
}

/** What the streams beside the log hold of what they may: nothing where they have no limit, or much room. */
export function judgeBeside(streams: readonly StreamView[]): Finding[] {
  return BESIDE.flatMap(({ stream, name, code }): Finding[] => {
    const { bytes = 0, maxBytes: limitBytes = Infinity } = streams.find((one) => one.name === stream) ?? {};
    const part = bytes / limitBytes;
    if (part < FILLS) return [];
    const found = `stream ${stream} holds ${formatBytes(bytes)} of ${formatBytes(limitBytes)}, ${Math.floor(100 * part)} %`;
    const hint = `docs/operations/errors/nats.md#${code.toLowerCase()}`;
    return [{ name, status: part >= FULL ? 'fail' : 'warn', found, code, hint }];
  });
}

/** The archive, where there is one, is fed, and has what the log has. */
export function judgeArchive(streams: readonly StreamView[]): Finding[] {
  const name = 'archive';
  const archive = streams.find((stream) => stream.name === ARCHIVE_STREAM);
  if (archive === undefined) return [];
  const { fed, messages, lastSequence, bytes } = archive;
  const found = `${formatCount(messages)} facts, ${formatBytes(bytes)}`;
  const hint = 'docs/operations/archive.md says why that may be';
  const code = 'ARCHIVE_BEHIND';
  const bad = (why: string): Finding[] => [{ name, status: 'warn', found: `${found}; ${why}`, code, hint }];
  if (messages !== lastSequence) return bad('its sequences are not those of the log');
  if (fed === undefined) return bad('nothing feeds it any more');
  if (fed.heardMs < 0 || fed.heardMs > SILENT_MS) return bad('it hears nothing of the log');
  if (fed.lag > LAG)
    return bad(`${formatCount(fed.lag)} facts behind, heard of the log ${formatDuration(fed.heardMs)} ago`);
  return [{ name, status: 'ok', found }];
}
