import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Engine } from './engine.ts';
import { linesOf } from './lines.ts';

/** Something happened to a container. */
export interface ContainerEvent {
  /** As the engine calls it: `start`, `die`, `oom`. */
  readonly what: string;
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Of `die`. */
  readonly exitCode: number | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface Message {
  readonly Action?: string;
  readonly timeNano?: number;
  readonly Actor?: { readonly ID?: string; readonly Attributes?: Record<string, string> };
}

/** One line of the engine's stream; undefined for what is no event: the last line before the engine ended. */
export function containerEventOf(line: string): ContainerEvent | undefined {
  let message: Message;
  try {
    message = JSON.parse(line) as Message;
  } catch {
    return undefined;
  }
  const { Action: what, Actor, timeNano = 0 } = message;
  if (what === undefined || Actor?.ID === undefined) return undefined;
  const labels = Actor.Attributes ?? {};
  const exitCode = labels['exitCode'] === undefined ? undefined : Number(labels['exitCode']);
  return { what, id: Actor.ID, name: labels['name'] ?? '', labels, exitCode, at: timeNano / 1e6 };
}

export interface WatchContainers {
  /** Of containers with these labels (`labelFilter`). */
  readonly label: readonly string[];
  readonly events: readonly string[];
  readonly onEvent: (event: ContainerEvent) => void;
  /** Connected (again): what happened before is not told. */
  readonly onConnected: () => void;
  readonly retryMs: number;
}

/** Follows the engine's events, over restarts of the engine, until stopped. */
export function watchContainers(engine: Engine, options: WatchContainers): { stop(): Promise<void> } {
  const stop = new AbortController();
  const { signal } = stop;
  async function follow(): Promise<void> {
    const filters = { type: ['container' as const], event: [...options.events], label: [...options.label] };
    const stream = (await engine.docker.getEvents({ filters, abortSignal: signal })) as Readable;
    const end = () => stream.destroy();
    signal.addEventListener('abort', end, { once: true });
    try {
      options.onConnected();
      for await (const line of linesOf(stream)) {
        const event = containerEventOf(line);
        if (event !== undefined) options.onEvent(event);
      }
    } finally {
      signal.removeEventListener('abort', end);
    }
  }
  const done = (async () => {
    while (!signal.aborted) {
      await follow().catch(() => undefined); // an engine that is away: asked again until it is back
      await delay(options.retryMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stop.abort();
      await done;
    },
  };
}
