import { BenchbusError, isPermanent } from '@benchbus/events';
import type { Logger } from 'pino';
import { engineReached } from './engine-reached.ts';
import type { Hatchet } from './hatchet-client.ts';
import { insist } from './insist.ts';

type WorkerOptions = NonNullable<Exclude<Parameters<Hatchet['worker']>[1], number | undefined>>;
type Worker = Awaited<ReturnType<Hatchet['worker']>>;

export interface KeepWorkerOptions extends Pick<WorkerOptions, 'workflows' | 'slots' | 'labels'> {
  readonly hatchet: Hatchet;
  readonly name: string;
  readonly logger: Logger;
  /** Between two tries to reach the engine, in ms. */
  readonly retryMs: number;
}

export interface KeptWorker {
  /** Resolves when the engine has taken the worker, however long that takes. @throws BenchbusError HATCHET_TOKEN_REFUSED */
  readonly ready: Promise<void>;
  /** Rejects with HATCHET_TOKEN_REFUSED when the engine does not want us; else it never settles. */
  readonly refused: Promise<never>;
  /** Takes nothing new, and waits for what is executed. */
  stop(): Promise<void>;
}

/** So long a token that the engine took before has to be refused until that is believed. */
const REFUSED_AFTER_MS = 30_000;
/** How often we look whether the SDK has registered the worker: it tells nobody. */
const LOOK_MS = 1_000;

/**
 * Works on tasks until stopped. The SDK's own worker gives up after some minutes without the engine (20 retries), does not
 * begin without it, and ends silently where its stream is cancelled by somebody in between; here a new one follows each.
 */
export function keepWorker(options: KeepWorkerOptions): KeptWorker {
  const { hatchet, logger, name, retryMs } = options;
  const ready = Promise.withResolvers<void>();
  const refused = Promise.withResolvers<never>();
  for (const { promise } of [ready, refused]) promise.catch(() => undefined);
  const stopping = new AbortController();
  const { signal } = stopping;
  let current: Worker | undefined;
  let takenBefore = false;

  /** One worker's life; resolves or rejects when it has ended. */
  const live = async (): Promise<void> => {
    const refusedAfterMs = takenBefore ? REFUSED_AFTER_MS : 0;
    await engineReached({ hatchet, logger, retryMs, signal, refusedAfterMs });
    const { workflows, slots, labels } = options;
    const worker = await hatchet.worker(name, {
      ...(workflows && { workflows }),
      ...(slots === undefined ? {} : { slots }),
      ...(labels && { labels }),
      handleKill: false,
    });
    signal.throwIfAborted();
    current = worker;
    const running = worker.start();
    let over = false;
    const end = () => void (over = true);
    running.then(end, end);
    while (!over) {
      const registered = await Promise.race([
        worker.waitUntilReady(LOOK_MS).then(() => true),
        running.then(() => false),
      ]).catch(() => false);
      if (!registered) continue;
      logger.info({ worker: name }, 'the engine has taken the worker');
      takenBefore = true;
      ready.resolve();
      break;
    }
    await running;
  };

  const retire = (): void => {
    // It ends its heartbeat, so that the engine gives its tasks to the next one; that one takes over from what still runs.
    current?.stop().catch((error: unknown) => logger.debug({ err: error }, 'an ended worker could not be stopped'));
    current = undefined;
  };

  const keeping = insist(
    async () => {
      await live().finally(() => {
        if (!signal.aborted) retire();
      });
      throw new BenchbusError({ code: 'HATCHET_WORKER_ENDED', message: 'the Hatchet worker has ended by itself' });
    },
    {
      retryMs,
      signal,
      isFinal: isPermanent,
      onError: (error) => logger.warn({ err: error, worker: name }, 'the Hatchet worker ended: a new one follows'),
    },
  ).catch((error: unknown) => {
    ready.reject(error);
    if (!signal.aborted) refused.reject(error);
  });

  return {
    ready: ready.promise,
    refused: refused.promise,
    async stop() {
      stopping.abort(new Error('the worker is stopped'));
      await current?.stop();
      await keeping;
    },
  };
}
