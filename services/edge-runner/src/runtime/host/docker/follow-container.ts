import { setTimeout as delay } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import type { Container } from 'dockerode';
import type { FollowLog } from '../process-host.ts';
import { ownContainer } from './containers.ts';
import { LogLines } from './log-lines.ts';
import type { Pod } from './pod.ts';
import type { StartedContainers } from './started-containers.ts';

const RETRY_MS = 1_000;

interface Following {
  readonly pod: Pod;
  readonly name: string;
  readonly options: FollowLog;
  readonly signal: AbortSignal;
}

/** The log of one container, until it ends. */
async function followOne({ pod, options, signal }: Following, id: string, from: FollowLog['from']): Promise<void> {
  const container = pod.engine.docker.getContainer(id);
  const lines = new LogLines(options);
  const runs = async () => (await container.inspect()).State.Running;
  for (let goesOn = true; goesOn && !signal.aborted;) {
    try {
      const since = lines.last === undefined ? {} : { since: sinceOf(lines.last) };
      const tail = from === 'end' && lines.last === undefined ? { tail: 0 } : {};
      const asked = { follow: true, stdout: true, stderr: true, timestamps: true, ...tail, ...since } as const;
      const stream = (await container.logs({ ...asked, abortSignal: signal })) as Readable;
      for await (const chunk of stream) lines.add(chunk as Buffer, performance.now());
      goesOn = false;
      if (signal.aborted) await lastWords(container, lines, from);
    } catch {
      if (signal.aborted) await lastWords(container, lines, from);
      // The engine was restarted, or the container removed: a log line is worth no error.
      goesOn = !signal.aborted && (await runs().catch(() => false));
      if (goesOn) await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    } finally {
      lines.flush();
    }
  }
}

/** What was written before it was no longer followed, and not read yet. */
async function lastWords(container: Container, lines: LogLines, from: FollowLog['from']): Promise<void> {
  if (lines.last === undefined && from === 'end') return;
  const since = lines.last === undefined ? {} : { since: sinceOf(lines.last) };
  const asked = { follow: false, stdout: true, stderr: true, timestamps: true, ...since } as const;
  const bytes = await container.logs(asked).catch(() => Buffer.alloc(0));
  lines.add(bytes, performance.now());
}

/** RFC 3339 with nanoseconds → the engine's `seconds.nanoseconds`. */
const sinceOf = (time: string): string => {
  const nanoseconds = /\.(\d+)Z$/.exec(time)?.[1] ?? '0';
  return `${Math.floor(Date.parse(time) / 1000)}.${nanoseconds.padEnd(9, '0')}`;
};

/** Follows what a process logs, in one container after another, until stopped. */
export function followContainer(
  pod: Pod,
  started: StartedContainers,
  name: string,
  options: FollowLog,
): { stop(): Promise<void> } {
  const stop = new AbortController();
  const following: Following = { pod, name, options, signal: stop.signal };
  let followed: string | undefined;
  let from = options.from;
  let going: Promise<void> | undefined;
  const look = (): void => {
    going ??= (async () => {
      const there = await ownContainer(pod, name).catch(() => undefined);
      const begin = from;
      // What is started from now on is new as a whole.
      from = 'start';
      if (there === undefined || there.Id === followed) return;
      followed = there.Id;
      await followOne(following, there.Id, begin);
    })().finally(() => {
      going = undefined;
      if (!stop.signal.aborted) void again();
    });
  };
  // A container that was started while the last one's end was read.
  const again = async (): Promise<void> => {
    const there = await ownContainer(pod, name).catch(() => undefined);
    if (there !== undefined && there.Id !== followed) look();
  };
  const deaf = started.listen(name, look);
  return {
    stop: async () => {
      const last = going;
      stop.abort();
      await deaf();
      await last;
    },
  };
}
