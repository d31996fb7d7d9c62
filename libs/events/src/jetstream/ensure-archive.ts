import { JetStreamApiError, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream';
import { BenchbusError } from '../bus/errors.ts';
import { ensureStream, findStream } from './ensure-streams.ts';
import { ARCHIVE_STREAM, archiveStream, INCARNATION, type ArchiveSettings } from './stream-configs.ts';

const archiveOf = ({ config }: StreamInfo): string => config.metadata?.[INCARNATION] ?? '';

/** The log that the archive is of. @throws BenchbusError ARCHIVE_MISSING */
export async function archivedLog(jsm: JetStreamManager): Promise<string> {
  const info = await findStream(jsm, ARCHIVE_STREAM);
  if (info !== undefined) return archiveOf(info);
  throw new BenchbusError({
    code: 'ARCHIVE_MISSING',
    message: `the server has no stream ${ARCHIVE_STREAM}`,
    hint: 'BENCHBUS_ARCHIVE=on for whoever makes the streams makes one',
  });
}

/**
 * Makes the archive of a log that has none, where one is wanted. One of another log takes nothing more in, so that two logs are never mixed.
 * @throws BenchbusError ARCHIVE_OF_ANOTHER_LOG | ARCHIVE_REFUSED
 */
export async function ensureArchive(
  jsm: JetStreamManager,
  incarnation: string,
  settings: ArchiveSettings | undefined,
): Promise<void> {
  if (settings === undefined) return;
  const info = await ensureStream(jsm, archiveStream(incarnation, settings)).catch((error: unknown) => {
    if (!(error instanceof JetStreamApiError)) throw error;
    const message = `nats-server does not make ${ARCHIVE_STREAM}: ${error.message}`;
    const hint = 'is there a server with these tags (BENCHBUS_ARCHIVE_TAGS), and room on it?';
    throw new BenchbusError({ code: 'ARCHIVE_REFUSED', message, hint }, { cause: error });
  });
  if (archiveOf(info) === incarnation) return;
  const ended = await jsm.streams.update(ARCHIVE_STREAM, { ...info.config, sources: [] }).then(
    () => 'it takes nothing more in',
    // Who makes streams may perhaps not change them.
    () => 'nobody keeps them apart',
  );
  throw new BenchbusError({
    code: 'ARCHIVE_OF_ANOTHER_LOG',
    message: `${ARCHIVE_STREAM} is of the log ${archiveOf(info)}, and this one is ${incarnation}; ${ended}`,
    hint: 'copy it away and remove it: docs/operations/archive.md',
  });
}
