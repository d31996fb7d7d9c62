import { JetStreamApiCodes, JetStreamApiError, type JetStreamManager, type StreamInfo } from '@nats-io/jetstream';
import { v4, v5 } from 'uuid';
import { BenchbusError, problemOf } from '../bus/errors.ts';
import { isFull } from './is-full.ts';
import {
  advisoriesStream,
  deadLettersStream,
  EVENTS_STREAM,
  eventsStream,
  INCARNATION,
  requestsStream,
  telemetryStream,
  type LogSettings,
  type WantedStream,
} from './stream-configs.ts';

/** "stream name already in use with a different configuration": another process was faster, with its own incarnation. */
const NAME_IN_USE = 10058;
const LEGACY_NAMESPACE = '2f9a4b1e-7f0c-5c0e-8a55-0d8f6f1f5b11';

const apiCode = (error: unknown): number | undefined => (error instanceof JetStreamApiError ? error.code : undefined);

export const isStreamNotFound = (error: unknown): boolean => apiCode(error) === JetStreamApiCodes.StreamNotFound;

export async function findStream(jsm: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  try {
    return await jsm.streams.info(name);
  } catch (error) {
    if (isStreamNotFound(error)) return undefined;
    throw error;
  }
}

/** Finds or makes a stream; of several processes at once one makes it and all see that one. */
export async function ensureStream(jsm: JetStreamManager, wanted: WantedStream): Promise<StreamInfo> {
  const found = await findStream(jsm, wanted.name);
  if (found !== undefined) return found;
  try {
    return await jsm.streams.add(wanted);
  } catch (error) {
    if (apiCode(error) !== NAME_IN_USE) throw error;
    return jsm.streams.info(wanted.name);
  }
}

async function incarnationOf(jsm: JetStreamManager, info: StreamInfo): Promise<string> {
  const known = info.config.metadata?.[INCARNATION];
  if (known !== undefined) return known;
  // Made by other hands: named after its creation, so that processes which meet here at once say the same.
  const incarnation = v5(`${info.config.name} ${info.created}`, LEGACY_NAMESPACE);
  const metadata = { ...info.config.metadata, [INCARNATION]: incarnation };
  await jsm.streams.update(EVENTS_STREAM, { ...info.config, metadata });
  return incarnation;
}

/**
 * Makes the streams that are missing and returns the log's incarnation.
 * @param onUnlimited a stream that is there could not be given its limit
 * @throws BenchbusError STREAMS_MISSING where `create` is false and EVENTS does not exist
 */
export async function ensureStreams(
  jsm: JetStreamManager,
  create: boolean,
  settings: LogSettings,
  onUnlimited: (stream: string, error: unknown) => void = () => undefined,
): Promise<string> {
  if (!create) {
    const info = await findStream(jsm, EVENTS_STREAM);
    if (info === undefined)
      throw new BenchbusError({
        code: 'STREAMS_MISSING',
        message: `the server has no stream ${EVENTS_STREAM}`,
        hint: 'is NATS_URL the right server? A service that makes the streams has to start first',
      });
    return incarnationOf(jsm, info);
  }
  const events = await ensureStream(jsm, eventsStream(v4(), settings));
  for (const make of [advisoriesStream, telemetryStream]) await ensureStream(jsm, make(settings));
  await ensureLimited(jsm, requestsStream(settings), settings.requestsMaxBytes !== undefined, onUnlimited);
  await ensureLimited(jsm, deadLettersStream(settings), settings.deadLettersMaxBytes !== undefined, onUnlimited);
  return incarnationOf(jsm, events);
}

/**
 * The same of a stream that has a limit, which one that was made before it had gets now; another limit, where one is `given`. What is
 * stored already stays, however much it is.
 */
async function ensureLimited(
  jsm: JetStreamManager,
  wanted: WantedStream,
  given: boolean,
  onUnlimited: (stream: string, error: unknown) => void,
): Promise<void> {
  const made = await ensureStream(jsm, wanted).catch((error: unknown) => {
    // The server sets aside what a stream may hold, and has not so much.
    if (!isFull(error)) throw error;
    onUnlimited(wanted.name, error);
    return ensureStream(jsm, { ...wanted, max_bytes: -1 }).then(() => undefined);
  });
  if (made === undefined) return;
  const { config } = made;
  const { discard, max_bytes } = wanted;
  if (discard === undefined || max_bytes === undefined) return;
  if (config.max_bytes > 0 && config.discard === discard && (!given || config.max_bytes === max_bytes)) return;
  const limit = given || config.max_bytes <= 0 ? max_bytes : config.max_bytes;
  try {
    await jsm.streams.update(wanted.name, { ...config, discard, max_bytes: limit });
  } catch (error) {
    // All works without it: no room for so large a limit, or credentials that are older than it.
    onUnlimited(wanted.name, error);
  }
}

/** To who may make none, a stream that it may not make is one that is missing. */
export function streamsMissing(error: unknown): never {
  const problem = problemOf(error);
  if (problem.code !== 'NATS_NOT_PERMITTED' || problem.where?.startsWith('$JS.API.STREAM.CREATE.') !== true)
    throw error;
  throw new BenchbusError(
    {
      code: 'STREAMS_MISSING',
      message: `the server lacks a stream, and these credentials may make none (${problem.where})`,
      hint: 'the operator makes them: BENCHBUS_STREAMS=only with operator.creds, see docs/operations/nats-security.md',
    },
    { cause: error },
  );
}
