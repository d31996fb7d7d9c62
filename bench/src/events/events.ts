import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectBus, type EventBus } from '@benchbus/events';
import { startNatsServer, type StartNatsServerOptions } from '@benchbus/events/testing';
import { BareLog } from '../floor/bare-log.ts';
import { benchAppend } from './append.ts';
import { compare, type Comparison } from './compare.ts';
import { repeatedMessages } from './repeated-messages.ts';
import { replay } from './replay.ts';

export interface EventsOptions {
  /** In the log that is replayed. */
  readonly events: number;
  /** Appended in each round with 256 at once; an eighth of it one by one. */
  readonly appends: number;
  readonly rounds: number;
}

export interface EventsBench extends EventsOptions {
  /** Events a second; the floor is the bare client with the same headers, ids and checks. */
  readonly append: { readonly oneByOne: Comparison; readonly atOnce256: Comparison };
  /** Events a second; the floor is an ordered consumer and JSON.parse of the bodies. */
  readonly replay: { readonly validated: Comparison; readonly trusted: Comparison };
  /** Highest resident set of a process that replays the log once, MiB. */
  readonly replayPeakMiB: number;
}

/** Through benchbus and with the bare client, on the same server. */
export async function events(options: EventsOptions): Promise<EventsBench> {
  const replays = await benchReplays(options);
  const append = await withServer({}, async (_, bus, bare) => {
    // First the many: by the time of the few, V8 has compiled what they run through.
    const atOnce256 = await benchAppend(bus, bare, { ...options, atOnce: 256 });
    return {
      oneByOne: await benchAppend(bus, bare, { ...options, appends: options.appends / 8, atOnce: 1 }),
      atOnce256,
    };
  });
  return { ...options, append, ...replays };
}

/** What is read was written without waiting for the disk: a log of a million events is made in minutes. */
const benchReplays = ({ events, rounds }: EventsOptions): Promise<Pick<EventsBench, 'replay' | 'replayPeakMiB'>> =>
  withServer({ syncInterval: '2m' }, async (natsUrl, bus, bare) => {
    await bare.fill(repeatedMessages(events), 256);
    const replayPeakMiB = await peakOfReplay(natsUrl, events);
    const against = (trusted: boolean): Promise<Comparison> =>
      compare(
        rounds,
        events,
        () => async () => {
          const count = await replay(bus, 'evt.>', trusted);
          if (count !== events) throw new Error(`replayed ${count} of ${events} events`);
        },
        () => () => bare.replay('evt.>', events),
      );
    return { replay: { validated: await against(false), trusted: await against(true) }, replayPeakMiB };
  });

/** A server of its own, with every acknowledged write on disk unless told otherwise. */
async function withServer<T>(
  settings: StartNatsServerOptions,
  work: (natsUrl: string, bus: EventBus, bare: BareLog) => Promise<T>,
): Promise<T> {
  const server = await startNatsServer(settings);
  try {
    const bus = await connectBus({ servers: server.url, name: 'bench', source: '/bench' });
    const bare = await BareLog.connect(server.url);
    try {
      return await work(server.url, bus, bare);
    } finally {
      await bus.close();
      await bare.close();
    }
  } finally {
    await server.stop();
  }
}

async function peakOfReplay(natsUrl: string, events: number): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'replay-once.ts')], {
    env: { ...process.env, NATS_URL: natsUrl },
  });
  const replayed = JSON.parse(stdout) as { events: number; peakMiB: number };
  if (replayed.events !== events) throw new Error(`replayed ${replayed.events} of ${events} events`);
  return replayed.peakMiB;
}
