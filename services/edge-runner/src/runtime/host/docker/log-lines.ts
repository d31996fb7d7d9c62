import { framesOf } from '@benchbus/docker';
import type { FollowLog } from '../process-host.ts';

/** At most so many bytes in so many milliseconds are handed on: what reading may cost beside a measurement. */
const WINDOW_MS = 250;
const WINDOW_BYTES = 64 * 1024;

/** `2026-11-28T14:04:44.123456789Z words`: the engine's time, then what was written. */
const STAMPED = /^(\S+) (.*)$/s;

/** Lines out of the bytes of one container's log with times, no faster than they may be read. Ends with `flush`. */
export class LogLines {
  readonly #options: Pick<FollowLog, 'onLine' | 'onSkipped'>;
  #rest: Buffer = Buffer.alloc(0);
  #window = 0;
  #bytes = 0;
  #skipped = 0;
  #last: string | undefined;

  constructor(options: Pick<FollowLog, 'onLine' | 'onSkipped'>) {
    this.#options = options;
  }

  /** The engine's time of the last line, to go on after it: the engine's `since` is inclusive. */
  get last(): string | undefined {
    return this.#last;
  }

  /** @param now milliseconds, of any clock that goes on */
  add(chunk: Buffer, now: number): void {
    const { frames, rest } = framesOf(Buffer.concat([this.#rest, chunk]));
    this.#rest = rest;
    for (const { text } of frames) {
      const [, time, words = ''] = STAMPED.exec(text.toString('utf8')) ?? [];
      if (time === undefined || time === this.#last) continue;
      this.#last = time;
      this.#line(words.trimEnd(), text.length, now);
    }
  }

  flush(): void {
    if (this.#skipped > 0) this.#options.onSkipped(this.#skipped);
    this.#skipped = 0;
  }

  #line(words: string, bytes: number, now: number): void {
    if (now - this.#window >= WINDOW_MS) {
      this.flush();
      this.#window = now;
      this.#bytes = 0;
    }
    this.#bytes += bytes;
    if (this.#bytes > WINDOW_BYTES) this.#skipped += bytes;
    else if (words.trim() !== '') this.#options.onLine(words);
  }
}
